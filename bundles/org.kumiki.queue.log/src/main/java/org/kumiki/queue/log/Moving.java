package org.kumiki.queue.log;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

import org.kumiki.api.queue.QueueId;
import org.kumiki.queue.log.Change.Added;
import org.kumiki.queue.log.Change.Gone;

/** Moves messages to another queue. */
final class Moving {

    private final Desk desk;

    Moving(Desk desk) {
        this.desk = desk;
    }

    /** A message that nobody else gets meanwhile, and where it goes. */
    private record Move(Row row, LiveQueue to) {
    }

    CompletableFuture<Integer> move(QueueId id, Optional<QueueId> to, int most) {
        LiveQueue queue;
        List<Move> moves;
        CompletableFuture<Integer> moved = new CompletableFuture<>();
        synchronized (desk.queues()) {
            queue = desk.queue(id);
            Optional<LiveQueue> target = to.map(desk::queue);
            moves = take(queue, target, most);
            queue.changes(moved.exceptionally(failure -> 0));
        }
        List<Long> sequences = moves.stream().map(move -> move.row().sequence()).toList();
        try {
            List<Content> contents = new ArrayList<>();
            for (Move move : moves) {
                contents.add(Queues.content(desk.log().read(move.row().place())));
            }
            write(queue, moves, contents, sequences, moved);
        } catch (IOException e) {
            synchronized (desk.queues()) {
                queue.unmark(sequences);
            }
            moved.completeExceptionally(Failures.of(e));
        }
        return moved;
    }

    private List<Move> take(LiveQueue queue, Optional<LiveQueue> target, int most) {
        long now = desk.now();
        desk.passTime(queue, now);
        List<Move> moves = new ArrayList<>();
        List<Long> stay = new ArrayList<>();
        for (List<Row> rows = take(queue, most, now); !rows.isEmpty(); rows = take(queue, most - moves.size(), now)) {
            for (Row row : rows) {
                Optional<LiveQueue> to = target.or(() -> desk.queues().find(row.from()));
                if (to.isPresent()) {
                    moves.add(new Move(row, to.get()));
                } else {
                    stay.add(row.sequence());
                }
            }
        }
        queue.unmark(stay);
        return moves;
    }

    private static List<Row> take(LiveQueue queue, int most, long now) {
        return queue.take(most, 1, Integer.MAX_VALUE, now).received();
    }

    private void write(LiveQueue queue, List<Move> moves, List<Content> contents, List<Long> sequences, CompletableFuture<Integer> moved) {
        synchronized (desk.queues()) {
            long now = desk.now();
            List<Change> changes = new ArrayList<>();
            for (int i = 0; i < moves.size(); i++) {
                LiveQueue to = moves.get(i).to();
                Content from = contents.get(i);
                Content content = new Content(to.number(), to.newSequences(1), from.body(), from.attributes(), from.group(), from.deduplication());
                long delay = to.settings().settings().delay().toMillis();
                changes.add(new Added(now, delay == 0 ? 0 : now + delay, true, content));
            }
            if (!moves.isEmpty()) {
                changes.add(new Gone(queue.number(), sequences));
            }
            desk.write(queue, changes, () -> queue.unmark(sequences)).whenComplete((done, failure) -> {
                if (failure == null) {
                    moved.complete(moves.size());
                } else {
                    moved.completeExceptionally(Failures.of(failure));
                }
            });
        }
    }
}
