using ActorServer.Benchmarks.Micro.Server;
using Micro.Kernel;

switch (args)
{
    case ["allocations", ..]:
        return await AllocationBenchmark.RunAsync(args.ElementAtOrDefault(1) ?? "actor");
    case ["idle", ..]:
        return await IdleBenchmark.RunAsync(args.ElementAtOrDefault(1) ?? "actor", int.Parse(args.ElementAtOrDefault(2) ?? "10000"));
    case ["idle-clients", var port, var count]:
        return IdleBenchmark.Clients(int.Parse(port), int.Parse(count));
    case ["kernel", .. var rest]:
        await KernelBenchmark.Run(rest);
        return 0;
    default:
        Console.Error.WriteLine("""
            dotnet run -c Release --project benchmarks/Micro -- VERB
              allocations [topology]           bytes allocated per request, from readiness to reply
              idle [topology] [count]          managed memory of an idle keep-alive connection
              kernel [tell|memory|actors]      the actor kernel
            """);
        return 2;
}
