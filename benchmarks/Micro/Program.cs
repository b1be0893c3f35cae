using Micro.Kernel;
using Micro.Protocol;
using Micro.Server;
using Micro.Streams;

switch (args)
{
    case ["kernel", .. var rest]:
        await KernelBenchmark.Run(rest);
        break;
    case ["streams", .. var rest]:
        await StreamsBenchmark.Run(rest);
        break;
    case ["protocol", .. var rest]:
        ProtocolBenchmark.Run(rest);
        break;
    case ["allocations", ..]:
        await AllocationBenchmark.RunAsync(args.ElementAtOrDefault(1) ?? "actor");
        break;
    case ["idle", ..]:
        await IdleBenchmark.RunAsync(args.ElementAtOrDefault(1) ?? "actor", int.Parse(args.ElementAtOrDefault(2) ?? "10000"));
        break;
    case ["idle-clients", var port, var count]:
        IdleBenchmark.Clients(int.Parse(port), int.Parse(count));
        break;
    case ["fibers", ..]:
        FibersBenchmark.Run(int.Parse(args.ElementAtOrDefault(1) ?? "100000"));
        break;
    default:
        Console.Error.WriteLine("""
            dotnet run -c Release --project benchmarks/Micro -- VERB
              kernel [tell|memory|actors]   a told message beside a channel's, bytes of an idle actor, a million actors
              streams                       an element through fused operators and across a boundary
              protocol                      a request through the HTTP protocol alone
              allocations [topology]        bytes allocated per request, from readiness to reply
              idle [topology] [count]       managed memory of an idle keep-alive connection
              fibers [count]                memory of a waiting fiber, and the cost of a turn
            """);
        return 2;
}

return 0;
