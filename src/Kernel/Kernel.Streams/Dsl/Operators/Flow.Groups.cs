using Akka.Streams.Implementation.Stages;

namespace Akka.Streams.Dsl;

public sealed partial class Flow<TIn, TOut, TMat>
{
    /// <summary>Opens a substream for each key; further operators work on each of them until they are merged.</summary>
    public Groups<TOut> GroupBy<TKey>(int maxSubstreams, Func<TOut, TKey> groupingFunc)
        where TKey : notnull => new(Via(new GroupBy<TOut, TKey>(maxSubstreams, groupingFunc)), maxSubstreams);

    /// <summary>Begins a new substream at each element that meets a condition.</summary>
    public Groups<TOut> SplitWhen(Func<TOut, bool> predicate) => new(Via(new Split<TOut>(predicate, after: false)), 1);

    /// <summary>Begins a new substream behind each element that meets a condition.</summary>
    public Groups<TOut> SplitAfter(Func<TOut, bool> predicate) => new(Via(new Split<TOut>(predicate, after: true)), 1);

    /// <summary>Substreams.</summary>
    /// <typeparam name="T">The type of their elements.</typeparam>
    public sealed class Groups<T>
    {
        private readonly Flow<TIn, Source<T, NotUsed>, TMat> _groups;
        private readonly int _count;

        internal Groups(Flow<TIn, Source<T, NotUsed>, TMat> groups, int count)
        {
            _groups = groups;
            _count = count;
        }

        /// <summary>Appends a flow to each substream.</summary>
        public Groups<T2> Via<T2, TMat2>(IGraph<FlowShape<T, T2>, TMat2> flow) => new(_groups.Select(group => group.Via(flow)), _count);

        /// <summary>Transforms each element.</summary>
        public Groups<T2> Select<T2>(Func<T, T2> mapper) => Via(new Select<T, T2>(mapper));

        /// <summary>Lets the elements through that meet a condition.</summary>
        public Groups<T> Where(Func<T, bool> predicate) => Via(new Where<T>(predicate));

        /// <summary>Lets the first elements of each substream through.</summary>
        public Groups<T> Take(long n) => Via(new Take<T>(n));

        /// <summary>Starts a task for each element, a number of them at a time in each substream.</summary>
        public Groups<T2> SelectAsync<T2>(int parallelism, Func<T, Task<T2>> asyncMapper) => Via(new SelectAsync<T, T2>(parallelism, asyncMapper, ordered: true));

        /// <summary>Emits the last state that the elements of each substream lead to.</summary>
        public Groups<TState> Aggregate<TState>(TState zero, Func<TState, T, TState> fold) =>
            Via(new Gather<T, TState, TState>(() => zero, fold, static _ => false, static state => state, emitsEmpty: true));

        /// <summary>Emits what remains of each substream when two elements are made one again and again.</summary>
        public Groups<T> Sum(Func<T, T, T> reduce) => Via(Stages.Sum(reduce));

        /// <summary>Gives each substream an island of its own.</summary>
        public Groups<T> Async() => new(_groups.Select(static group => group.Async()), _count);

        /// <summary>Merges all substreams.</summary>
        public Flow<TIn, T, TMat> MergeSubstreams() => MergeSubstreamsWithParallelism(_count);

        /// <summary>Merges the substreams, a number of them at a time.</summary>
        public Flow<TIn, T, TMat> MergeSubstreamsWithParallelism(int parallelism) => _groups.MergeMany(parallelism, static group => group);

        /// <summary>Takes one substream after the other.</summary>
        public Flow<TIn, T, TMat> ConcatSubstream() => MergeSubstreamsWithParallelism(1);
    }
}
