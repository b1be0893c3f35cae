namespace Akka.Actor;

public sealed partial class CoordinatedShutdown
{
    /// <summary>Why a system is shut down. Programs may have reasons of their own.</summary>
    public class Reason
    {
        /// <summary>Creates a reason.</summary>
        protected Reason()
        {
        }
    }

    /// <summary>Nobody said why.</summary>
    public class UnknownReason : Reason
    {
        private UnknownReason()
        {
        }

        /// <summary>The only instance.</summary>
        public static Reason Instance { get; } = new UnknownReason();
    }

    /// <summary><see cref="ActorSystem.Terminate"/> was called.</summary>
    public class ActorSystemTerminateReason : Reason
    {
        private ActorSystemTerminateReason()
        {
        }

        /// <summary>The only instance.</summary>
        public static Reason Instance { get; } = new ActorSystemTerminateReason();
    }

    /// <summary>The process ends.</summary>
    public class ClrExitReason : Reason
    {
        private ClrExitReason()
        {
        }

        /// <summary>The only instance.</summary>
        public static Reason Instance { get; } = new ClrExitReason();
    }

    /// <summary>The cluster has given this node up.</summary>
    public class ClusterDowningReason : Reason
    {
        private ClusterDowningReason()
        {
        }

        /// <summary>The only instance.</summary>
        public static Reason Instance { get; } = new ClusterDowningReason();
    }

    /// <summary>This node leaves the cluster.</summary>
    public class ClusterLeavingReason : Reason
    {
        private ClusterLeavingReason()
        {
        }

        /// <summary>The only instance.</summary>
        public static Reason Instance { get; } = new ClusterLeavingReason();
    }

    /// <summary>This node could not join the cluster.</summary>
    public class ClusterJoinUnsuccessfulReason : Reason
    {
        private ClusterJoinUnsuccessfulReason()
        {
        }

        /// <summary>The only instance.</summary>
        public static Reason Instance { get; } = new ClusterJoinUnsuccessfulReason();
    }
}
