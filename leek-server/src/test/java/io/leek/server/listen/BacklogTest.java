package io.leek.server.listen;

import static org.assertj.core.api.Assertions.assertThat;

import io.leek.server.store.TaskStore;
import io.leek.server.store.TaskStore.Sample;
import io.leek.wire.Command;
import io.leek.wire.Reply;
import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How a look at an endless backlog leaves room for others. */
class BacklogTest {

    private final Deque<Runnable> lookUps = new ArrayDeque<>();
    private int rows;

    private final Backlog backlog = new Backlog(endless(), name -> false, lookUps::add);

    @Test
    void whatOthersLookUpComesBetweenOnePageAndTheNext() {
        CompletableFuture<Reply> answer = backlog.answer(new Command.Backlog(List.of("a.b"), null));
        CompletableFuture<Boolean> other = CompletableFuture.supplyAsync(answer::isDone, lookUps::add);

        lookUps.remove().run();
        lookUps.remove().run();

        assertThat(other).isCompletedWithValue(false);
    }

    @Test
    void anAnswerLooksAtNoMoreThanSoManyRowsHoweverManyThereAre() {
        CompletableFuture<Reply> answer = backlog.answer(new Command.Backlog(List.of("a.b"), null));

        while (!lookUps.isEmpty()) {
            lookUps.remove().run();
        }

        assertThat(answer).isCompleted();
        assertThat(rows).isEqualTo(2 * Backlog.MOST_ROWS);
    }

    private TaskStore endless() {
        return (TaskStore) Proxy.newProxyInstance(
                TaskStore.class.getClassLoader(), new Class<?>[] {TaskStore.class}, (proxy, method, arguments) -> {
                    int limit = (int) arguments[arguments.length - 1];
                    rows += limit;
                    return IntStream.range(0, limit)
                            .mapToObj(i -> new Sample("task-" + i, i, "c.d", null))
                            .toList();
                });
    }
}
