namespace ActorServer.IO.Tests.Completion;

/// <summary>
/// Tests of the rings run alone: a process that another test is just starting has our sockets until its exec, and threads of others add to
/// what memory they look at.
/// </summary>
[CollectionDefinition("io_uring", DisableParallelization = true)]
public sealed class IoUringCollection;
