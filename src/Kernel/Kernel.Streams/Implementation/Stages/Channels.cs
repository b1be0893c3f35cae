using System.Threading.Channels;
using Akka.Streams.Stage;

namespace Akka.Streams.Implementation.Stages;

/// <summary>Gives what a channel has.</summary>
internal sealed class ChannelSource<T, TMat>(Func<(ChannelReader<T> Reader, TMat Value)> open) : SourceStage<T, TMat>
{
    public override ILogicAndMaterializedValue<TMat> CreateLogicAndMaterializedValue(Attributes inheritedAttributes)
    {
        var (reader, value) = open();
        return new LogicAndMaterializedValue<TMat>(new Logic(this, reader), value);
    }

    private sealed class Logic : SourceLogic<T>
    {
        private readonly ChannelReader<T> _reader;
        private readonly Action<Task<bool>> _arrived;
        private bool _waits;

        public Logic(ChannelSource<T, TMat> stage, ChannelReader<T> reader)
            : base(stage.Shape)
        {
            _reader = reader;
            _arrived = GetAsyncCallback<Task<bool>>(Arrived);
        }

        /// <summary>A channel that is closed completes the stream even when nobody asks.</summary>
        public override void PreStart() => Completion.Of(_reader.Completion.ContinueWith(static _ => false, TaskScheduler.Default), GetAsyncCallback<Task<bool>>(_ => Finish()));

        public override void OnPull() => Go();

        private void Go()
        {
            if (!IsAvailable(Out))
                return;
            if (_reader.TryRead(out var element))
            {
                Push(Out, element);
                return;
            }

            if (_waits)
                return;
            _waits = true;
            Completion.Of(_reader.WaitToReadAsync().AsTask(), _arrived);
        }

        private void Arrived(Task<bool> hasMore)
        {
            _waits = false;
            if (!hasMore.IsCompletedSuccessfully)
                FailStage(Completion.Cause(hasMore));
            else if (!hasMore.Result)
                Finish();
            else
                Go();
        }

        private void Finish()
        {
            if (_reader.Completion.IsFaulted || _reader.Completion.IsCanceled)
                FailStage(Completion.Cause(_reader.Completion));
            else
                CompleteStage();
        }
    }
}

/// <summary>Writes into a channel, at its pace.</summary>
internal sealed class ChannelSink<T, TMat>(Func<(ChannelWriter<T> Writer, TMat Value)> open, bool isOwner) : SinkStage<T, TMat>
{
    public override ILogicAndMaterializedValue<TMat> CreateLogicAndMaterializedValue(Attributes inheritedAttributes)
    {
        var (writer, value) = open();
        return new LogicAndMaterializedValue<TMat>(new Logic(this, writer, isOwner), value);
    }

    private sealed class Logic : SinkLogic<T>
    {
        private readonly ChannelWriter<T> _writer;
        private readonly bool _isOwner;
        private readonly Action<Task<bool>> _room;
        private T? _held;
        private bool _holds;

        public Logic(ChannelSink<T, TMat> stage, ChannelWriter<T> writer, bool isOwner)
            : base(stage.Shape)
        {
            _writer = writer;
            _isOwner = isOwner;
            _room = GetAsyncCallback<Task<bool>>(Room);
        }

        public override void OnPush()
        {
            var element = Grab(In);
            if (_writer.TryWrite(element))
            {
                Pull(In);
                return;
            }

            _held = element;
            _holds = true;
            Wait();
        }

        public override void OnUpstreamFinish()
        {
            if (_holds)
                SetKeepGoing(true);
            else
                Finish(null);
        }

        public override void OnUpstreamFailure(Exception e)
        {
            Finish(e);
            FailStage(e);
        }

        public override void PostStop() => Finish(IsClosed(In) ? null : new AbruptStageTerminationException(this));

        private void Wait() => Completion.Of(_writer.WaitToWriteAsync().AsTask(), _room);

        private void Room(Task<bool> mayWrite)
        {
            if (!mayWrite.IsCompletedSuccessfully || !mayWrite.Result)
            {
                CompleteStage();
                return;
            }

            if (!_writer.TryWrite(_held!))
            {
                Wait();
                return;
            }

            _holds = false;
            if (IsClosed(In))
                CompleteStage();
            else
                Pull(In);
        }

        private void Finish(Exception? cause)
        {
            if (_isOwner)
                _writer.TryComplete(cause);
        }
    }
}

/// <summary>Gives the elements of an asynchronous enumeration.</summary>
internal sealed class AsyncEnumerableSource<T>(Func<IAsyncEnumerable<T>> start) : SourceStage<T>
{
    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(this, start);

    private sealed class Logic : SourceLogic<T>
    {
        private readonly CancellationTokenSource _cancellation = new();
        private readonly Func<IAsyncEnumerable<T>> _start;
        private readonly Action<Task<bool>> _arrived;
        private IAsyncEnumerator<T>? _elements;
        private Task? _last;

        public Logic(AsyncEnumerableSource<T> stage, Func<IAsyncEnumerable<T>> start)
            : base(stage.Shape)
        {
            _start = start;
            _arrived = GetAsyncCallback<Task<bool>>(Arrived);
        }

        public override void PreStart() => _elements = _start().GetAsyncEnumerator(_cancellation.Token);

        public override void OnPull()
        {
            var next = _elements!.MoveNextAsync();
            if (next.IsCompletedSuccessfully)
            {
                Take(next.Result);
                return;
            }

            var task = next.AsTask();
            _last = task;
            Completion.Of(task, _arrived);
        }

        public override void PostStop()
        {
            _cancellation.Cancel();
            _ = DisposeLater();
        }

        /// <summary>An enumerator must not be disposed of while it moves.</summary>
        private async Task DisposeLater()
        {
            try
            {
                if (_last is { } last)
                    await last.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (_elements is { } elements)
                    await elements.DisposeAsync().ConfigureAwait(false);
            }
            catch (Exception e)
            {
                Island.ReportFailure(this, e);
            }

            _cancellation.Dispose();
        }

        private void Arrived(Task<bool> next)
        {
            if (next.IsCompletedSuccessfully)
                Take(next.Result);
            else
                FailStage(Completion.Cause(next));
        }

        private void Take(bool hasNext)
        {
            if (hasNext)
                Push(Out, _elements!.Current);
            else
                CompleteStage();
        }
    }
}
