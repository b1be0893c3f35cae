using BenchmarkDotNet.Running;
using Micro.Kernel;
using Micro.Protocol;
using Micro.Server;
using Micro.Streams;

Type[] kernel = [typeof(TellBenchmark), typeof(PingPongBenchmark), typeof(AskBenchmark), typeof(CreationBenchmark), typeof(FanOutBenchmark)];

switch (args)
{
    case ["kernel", .. var rest]:
        Compare(kernel, rest);
        break;
    case ["streams", .. var rest]:
        Compare([typeof(StreamsBenchmark)], rest);
        break;
    case ["protocol", .. var rest]:
        Compare([typeof(ProtocolBenchmark)], rest);
        break;
    case ["memory"]:
        await MemoryBenchmark.Run();
        break;
    case ["actors"]:
        await ActorsBenchmark.Run();
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
    case ["burst-clients", var port, var count, var bursts]:
        BurstClients.Run(int.Parse(port), int.Parse(count), int.Parse(bursts));
        break;
    case ["fibers", ..]:
        FibersBenchmark.Run(int.Parse(args.ElementAtOrDefault(1) ?? "100000"));
        break;
    default:
        Console.Error.WriteLine("""
            dotnet run -c Release --project benchmarks/Micro -- VERB
              kernel [BenchmarkDotNet's arguments]     tell, ping-pong, ask, creation, fan-out, each beside channels
              streams [BenchmarkDotNet's arguments]    an element through fused operators and across a boundary
              protocol [BenchmarkDotNet's arguments]   a request through the HTTP protocol alone
              memory                                   bytes of an idle actor
              actors                                   a million actors, three times over
              allocations [topology]                   bytes allocated per request, from readiness to reply
              idle [topology] [count]                  managed memory of an idle keep-alive connection
              fibers [count]                           memory of a waiting fiber, and the cost of a turn
            """);
        return 2;
}

return 0;

static void Compare(Type[] benchmarks, string[] args) =>
    BenchmarkSwitcher.FromTypes(benchmarks).Run(args.Length == 0 ? ["--filter", "*"] : args);
