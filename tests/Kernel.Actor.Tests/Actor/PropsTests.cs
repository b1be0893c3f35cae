using Akka.Actor;

namespace Kernel.Actor.Tests.Actor;

public sealed class PropsTests : TestSystem
{
    private class Reports : UntypedActor
    {
        private readonly string _made;

        public Reports() => _made = "none";

        public Reports(int number) => _made = $"int {number}";

        public Reports(string? text, int number = 7) => _made = $"string {text ?? "null"} {number}";

        public Reports(IEnumerable<int> numbers, object more) => _made = $"numbers {numbers.Count()} {more}";

        protected override void OnReceive(object message) => Sender.Tell(_made);
    }

    private sealed class Hidden : Reports
    {
        private Hidden()
            : base(1)
        {
        }
    }

    private async Task<string> Made(Props props) => await Sys.ActorOf(props).Ask<string>("how?", Patience);

    [Fact]
    public async Task Arguments_choose_the_constructor()
    {
        Assert.Equal("none", await Made(Props.Create<Reports>()));
        Assert.Equal("int 1", await Made(Props.Create<Reports>(1)));
        Assert.Equal("string a 7", await Made(Props.Create<Reports>("a")));
        Assert.Equal("string a 2", await Made(Props.Create<Reports>("a", 2)));
        Assert.Equal("string null 2", await Made(Props.Create<Reports>(null, 2)));
        Assert.Equal("numbers 2 more", await Made(Props.Create(typeof(Reports), new[] { 1, 2 }, "more")));
        Assert.Equal("int 1", await Made(Props.Create<Hidden>()));
        Assert.Equal("none", await Sys.ActorOf<Reports>().Ask<string>("how?", Patience));
    }

    [Fact]
    public async Task An_expression_is_evaluated_once()
    {
        var evaluated = 0;
        var next = new Func<int>(() => ++evaluated);
        var captured = "captured";
        Assert.Equal("string captured 7", await Made(Props.Create(() => new Reports(captured, 7))));
        Assert.Equal("none", await Made(Props.Create(() => new Reports())));
        var props = Props.Create(() => new Reports(next()));
        Assert.Equal("int 1", await Made(props));
        Assert.Equal("int 1", await Made(props));
        Assert.Equal(1, evaluated);
    }

    [Fact]
    public void Only_a_constructor_call_is_a_recipe() =>
        Assert.Throws<ArgumentException>(() => Props.Create(() => Make()));

    private static Reports Make() => new();

    [Fact]
    public async Task A_producer_makes_the_instances_and_is_told_when_they_are_done_with()
    {
        var producer = new Producer();
        var actor = Sys.ActorOf(Props.CreateBy(producer));
        Assert.Equal("int 5", await actor.Ask<string>("how?", Patience));
        await actor.GracefulStop(Patience);
        Assert.Equal((1, 1), (producer.Produced, producer.Released));
        Assert.Equal("int 5", await Made(Props.CreateBy<Producer>()));
    }

    private sealed class Producer : IIndirectActorProducer
    {
        public int Produced { get; private set; }

        public int Released { get; private set; }

        public Type ActorType => typeof(Reports);

        public ActorBase Produce()
        {
            Produced++;
            return new Reports(5);
        }

        public void Release(ActorBase actor) => Released++;
    }

    [Fact]
    public async Task Arguments_that_no_constructor_takes_fail_the_creation()
    {
        var log = NewInbox();
        var actor = Sys.ActorOf(Props.Create<Reports>(1.5));
        await log.Watch(actor);
        await log.Next<Terminated>();
    }

    [Fact]
    public void Only_actors_have_props() => Assert.Throws<ArgumentException>(static () => Props.Create(typeof(string)));

    [Fact]
    public void Props_are_immutable_and_compared_by_value()
    {
        var props = Props.Create<Reports>(1);
        var changed = props.WithDispatcher("d").WithMailbox("m").WithStashCapacity(3);
        Assert.Equal(("akka.actor.default-dispatcher", "akka.actor.default-mailbox"), (props.Dispatcher, props.Mailbox));
        Assert.Equal(("d", "m", 3), (changed.Dispatcher, changed.Mailbox, changed.Deploy.StashCapacity));
        Assert.Equal(props, Props.Create<Reports>(1));
        Assert.NotEqual(props, Props.Create<Reports>(2));
        var deployed = changed.WithDeploy(new Deploy(dispatcher: "other"));
        Assert.Equal(("other", "m"), (deployed.Dispatcher, deployed.Mailbox));
        Assert.Equal(typeof(Reports), props.Type);
        Assert.Equal([1], props.Arguments);
    }
}
