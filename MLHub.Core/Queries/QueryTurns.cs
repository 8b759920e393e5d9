using Microsoft.Extensions.Options;
using MLHub.Core.Common;

namespace MLHub.Core.Queries;

/// <summary>Lets a few questions run at a time: each person's in their order, and whoever has fewest running comes next.</summary>
public sealed class QueryTurns(IOptions<QueryOptions> options)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<(Guid Person, TaskCompletionSource Turn)> _waiting = [];
    private readonly Dictionary<Guid, int> _running = [];

    /// <returns>Dispose it when the question is answered.</returns>
    /// <exception cref="HubException">The person has too many questions waiting.</exception>
    public async Task<IDisposable> TakeAsync(Guid person, CancellationToken cancellationToken)
    {
        LinkedListNode<(Guid Person, TaskCompletionSource Turn)>? place = null;
        lock (_gate)
        {
            if (_running.Values.Sum() < options.Value.Concurrency)
            {
                Begin(person);
            }
            else if (_waiting.Count(w => w.Person == person) >= options.Value.WaitingPerPerson)
            {
                throw new HubException(Refusal.TooMany, $"{options.Value.WaitingPerPerson} of your queries are waiting already. Let one end, or cancel it.", "TOO_MANY_QUERIES") { RetryAfter = TimeSpan.FromSeconds(5) };
            }
            else
            {
                place = _waiting.AddLast((person, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)));
            }
        }

        if (place is not null)
        {
            using var leaving = cancellationToken.Register(() => Leave(place, cancellationToken));
            await place.Value.Turn.Task;
        }

        return new Turn(this, person);
    }

    private void Leave(LinkedListNode<(Guid Person, TaskCompletionSource Turn)> place, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            // Its turn may have come in this moment; then it is given back when the query finds itself cancelled.
            if (place.List is not null)
            {
                _waiting.Remove(place);
                place.Value.Turn.TrySetCanceled(cancellationToken);
            }
        }
    }

    private void Begin(Guid person) => _running[person] = _running.GetValueOrDefault(person) + 1;

    private void End(Guid person)
    {
        lock (_gate)
        {
            if (--_running[person] == 0)
            {
                _running.Remove(person);
            }

            if (_waiting.Count > 0)
            {
                var (next, turn) = _waiting.MinBy(w => _running.GetValueOrDefault(w.Person));
                _waiting.Remove((next, turn));
                Begin(next);
                turn.SetResult();
            }
        }
    }

    private sealed class Turn(QueryTurns turns, Guid person) : IDisposable
    {
        private int _isOver;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isOver, 1) == 0)
            {
                turns.End(person);
            }
        }
    }
}
