using System.Threading.Channels;
using Microsoft.Data.Sqlite;

namespace Coordination.Ledger.Sqlite;

/// <summary>
/// All writes of a store, one after the other, off the callers' threads. What waits while a commit is synced shares the next one: so
/// a thousand streams that open at once after a restart cost a few syncs, not a thousand.
/// </summary>
/// <remarks>
/// On an error nothing is retried: everything in that commit fails, the connection is closed, and the next write opens another. That
/// opening commits a note, by which the log no longer holds what a failed commit may have left in it.
/// </remarks>
internal sealed class SqliteCommitLoop : IAsyncDisposable
{
    private const int MaxQueued = 4096;
    private const int MaxPerCommit = 256;

    private readonly string _path;
    private readonly TimeProvider _time;
    private readonly Guid _identity;
    private readonly Channel<Write> _queue = Channel.CreateBounded<Write>(new BoundedChannelOptions(MaxQueued) { SingleReader = true });
    private readonly Task _loop;
    private SqliteWriter? _writer;

    /// <param name="path">The database file.</param>
    /// <param name="time">For the notes in the meta table.</param>
    /// <param name="writer">The first connection; this class owns it from now on.</param>
    public SqliteCommitLoop(string path, TimeProvider time, SqliteWriter writer)
    {
        _path = path;
        _time = time;
        _writer = writer;
        _identity = writer.Identity;
        _loop = Task.Run(RunAsync);
    }

    /// <summary>Does a write as a part of the next commit; done when that is durable. Cancelling cancels the wait.</summary>
    public async Task<T> RunAsync<T>(Func<SqliteWriter, T> work, CancellationToken cancellation)
    {
        var write = new Write<T>(work, cancellation);
        try
        {
            await _queue.Writer.WriteAsync(write, cancellation);
        }
        catch (ChannelClosedException)
        {
            throw new ObjectDisposedException(nameof(SqliteEventStore));
        }

        return await write.Done.WaitAsync(cancellation);
    }

    /// <summary>Commits what is queued, empties the log into the main file and closes.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _loop;
        try
        {
            _writer?.Checkpoint(whole: true);
        }
        catch (SqliteException)
        {
            // The log is kept and read at the next opening: nothing is lost.
        }

        _writer?.Dispose();
    }

    private async Task RunAsync()
    {
        var group = new List<Write>(MaxPerCommit);
        while (await _queue.Reader.WaitToReadAsync())
        {
            while (group.Count < MaxPerCommit && _queue.Reader.TryRead(out var write))
            {
                if (!write.IsCancelled)
                    group.Add(write);
            }

            if (group.Count > 0)
                Commit(group);
            group.Clear();
        }
    }

    private void Commit(List<Write> group)
    {
        try
        {
            _writer ??= Reopen();
            _writer.Begin();
            foreach (var write in group)
                write.Run(_writer);
            _writer.Commit();
        }
        catch (Exception error)
        {
            _writer?.Dispose();
            _writer = null;
            var cause = error switch
            {
                StoreUnavailableException => error,
                SqliteException sqlite => SqliteErrors.Unavailable(_path, sqlite),
                _ => new StoreUnavailableException($"The store {_path} cannot do its work: {error.Message}", error),
            };
            foreach (var write in group)
                write.Fail(cause);
            return;
        }

        foreach (var write in group)
            write.Succeed();
    }

    private SqliteWriter Reopen()
    {
        var writer = new SqliteWriter(_path, _time, _identity);
        try
        {
            // What the log holds already may fit into the main file, and then the log needs no further space.
            writer.Checkpoint(whole: false);
        }
        catch (SqliteException)
        {
        }

        return writer;
    }

    private abstract class Write
    {
        public abstract bool IsCancelled { get; }

        public abstract void Run(SqliteWriter writer);

        public abstract void Succeed();

        public abstract void Fail(Exception error);
    }

    private sealed class Write<T>(Func<SqliteWriter, T> work, CancellationToken cancellation) : Write
    {
        private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T _result = default!;

        public Task<T> Done => _done.Task;

        /// <summary>Its caller went before the commit began: nobody would hear of it.</summary>
        public override bool IsCancelled => cancellation.IsCancellationRequested;

        public override void Run(SqliteWriter writer) => _result = work(writer);

        public override void Succeed() => _done.SetResult(_result);

        public override void Fail(Exception error)
        {
            _done.SetException(error);
            _ = _done.Task.Exception; // Its caller may have gone: seen all the same.
        }
    }
}
