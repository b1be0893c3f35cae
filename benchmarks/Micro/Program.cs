using ActorServer.Benchmarks.Micro.Server;
using Micro.Kernel;

return args switch
{
    ["allocations", ..] => await AllocationBenchmark.RunAsync(args.ElementAtOrDefault(1) ?? "actor"),
    ["idle", ..] => await IdleBenchmark.RunAsync(args.ElementAtOrDefault(1) ?? "actor", int.Parse(args.ElementAtOrDefault(2) ?? "10000")),
    ["idle-clients", var port, var count] => IdleBenchmark.Clients(int.Parse(port), int.Parse(count)),
    ["kernel", .. var rest] => await Kernel(rest),
    _ => Usage(),
};

static async Task<int> Kernel(string[] rest)
{
    await KernelBenchmark.Run(rest);
    return 0;
}

static int Usage()
{
    Console.Error.WriteLine("""
        dotnet run -c Release --project benchmarks/Micro -- VERB
          allocations [topology]            bytes allocated per request, from readiness to reply
          idle [topology] [count]           managed memory of an idle keep-alive connection
          kernel [tell|memory|actors]       the actor kernel alone
        """);
    return 2;
}
