using Micro.Kernel;

switch (args)
{
    case ["kernel", .. var rest]:
        await KernelBenchmark.Run(rest);
        break;
    default:
        Console.Error.WriteLine("usage: kernel [tell|memory|actors]");
        return 2;
}

return 0;
