using ActorServer.Cli;
using ActorServer.Processes;

// A worker process needs nothing of the command line, and should not pay for it.
return args is [WorkerProcess.Verb, _, ..] ? WorkerProcess.Run(args) : await CommandLine.RunAsync(args, Console.Out, Console.Error);
