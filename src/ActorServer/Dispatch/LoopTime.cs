using Akka.Dispatch;

namespace ActorServer.Dispatch;

/// <summary>
/// A clock whose timers are those of an event loop: they fire on its thread, in the order in which they are due, and a thousand of them
/// cost no thread a wake-up of its own. <c>Task.Delay(time, provider)</c> is such a timer.
/// </summary>
/// <param name="loop">The loop.</param>
internal sealed class LoopTime(EventLoop loop) : TimeProvider
{
    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new LoopTimer(loop, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class LoopTimer : ITimer, IRunnable
    {
        private readonly EventLoop _loop;
        private readonly TimerHeap.Timer _timer;
        private readonly TimerCallback _callback;
        private readonly object? _state;
        private readonly ExecutionContext? _flow = ExecutionContext.Capture();
        private TimeSpan _period;
        private volatile bool _disposed;

        public LoopTimer(EventLoop loop, TimerCallback callback, object? state)
        {
            (_loop, _callback, _state) = (loop, callback, state);
            _timer = new TimerHeap.Timer(this);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Check(dueTime, nameof(dueTime));
            Check(period, nameof(period));
            if (_disposed) return false;
            var due = dueTime == Timeout.InfiniteTimeSpan ? long.MaxValue : TimerHeap.DueAfter(dueTime);
            if (_loop.IsCurrent) Set(due, period);
            else _loop.Post(new ActionRunnable(() => Set(due, period)));
            return true;
        }

        public void Dispose()
        {
            if (_disposed) return;
            _disposed = true;
            if (_loop.IsCurrent) _loop.Timers.Remove(_timer);
            else _loop.Post(new ActionRunnable(() => Set(long.MaxValue, Timeout.InfiniteTimeSpan)));
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        /// <summary>It is due.</summary>
        public void Run()
        {
            if (_disposed) return;
            if (_period > TimeSpan.Zero) _loop.Timers.Add(_timer, TimerHeap.DueAfter(_period));
            if (_flow is null) _callback(_state);
            else ExecutionContext.Run(_flow, static timer => ((LoopTimer)timer!)._callback(((LoopTimer)timer!)._state), this);
        }

        void IThreadPoolWorkItem.Execute() => Run();

        private static void Check(TimeSpan time, string name)
        {
            if (time < TimeSpan.Zero && time != Timeout.InfiniteTimeSpan) throw new ArgumentOutOfRangeException(name, time, "expected 0 or more, or Timeout.InfiniteTimeSpan");
        }

        private void Set(long due, TimeSpan period)
        {
            if (!_loop.IsCurrent) return; // the loop has ended: its timers do not fire any more
            _loop.Timers.Remove(_timer);
            _period = period;
            if (due != long.MaxValue && !_disposed) _loop.Timers.Add(_timer, due);
        }
    }
}
