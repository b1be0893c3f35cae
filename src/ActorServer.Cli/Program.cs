using ActorServer.Cli;
using ActorServer.Processes;

// A worker process needs nothing of the command line, and should not pay for it.
if (args is [WorkerProcess.Verb, _, ..]) return WorkerProcess.Run(args);
return CommandLine.RunAsync(args, Console.Out, Console.Error).GetAwaiter().GetResult();
