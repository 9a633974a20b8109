package io.leek.server.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.leek.server.store.Change;
import io.leek.server.store.Committer;
import io.leek.server.store.Outcome;
import io.leek.server.store.TaskStore;
import io.leek.task.Task;
import io.leek.task.TaskState;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How often the store is asked, and what happens where it does not answer. */
@Timeout(60)
class WaitsTest {

    private final Set<String> finished = ConcurrentHashMap.newKeySet();
    private final List<Integer> looks = new ArrayList<>();
    private volatile boolean isAway;
    private String payload = "{}";
    private final TaskStore store = (TaskStore) Proxy.newProxyInstance(
            TaskStore.class.getClassLoader(),
            new Class<?>[] {TaskStore.class},
            (proxy, method, arguments) -> switch (method.getName()) {
                case "apply" ->
                    ((List<?>) arguments[0])
                            .stream().map(change -> new Outcome.Done(null)).toList();
                case "finished" -> finished((Collection<?>) arguments[0]);
                case "findFinished" -> findFinished((Collection<?>) arguments[0]);
                case "isExclusive" -> true;
                default -> throw new UnsupportedOperationException(method.getName());
            });
    private final Committer committer = new Committer(store);
    private final Waits waits = new Waits(store, committer, Runnable::run);
    private int told;

    @AfterEach
    void close() {
        committer.close();
    }

    private Set<Object> finished(Collection<?> jids) {
        looks.add(jids.size());
        return jids.stream().filter(finished::contains).collect(Collectors.toSet());
    }

    private List<Task> findFinished(Collection<?> jids) {
        if (isAway) {
            throw new IllegalStateException("no connection");
        }
        return finished.stream().filter(jids::contains).map(this::success).toList();
    }

    private Task success(String jid) {
        Instant now = Instant.EPOCH;
        return new Task(
                jid,
                "a.b",
                "default",
                TaskState.SUCCESS,
                payload,
                5,
                null,
                now,
                null,
                now,
                now,
                1,
                0,
                "w",
                false,
                "1",
                null);
    }

    private Watch open() {
        return waits.open(() -> told++);
    }

    @Test
    void allThatIsWaitedForIsLookedUpTogether() {
        Watch one = open();
        Watch other = open();
        waits.set(one, jids(0, 300));
        waits.set(other, jids(200, 500));
        assertThat(looks).containsExactly(300, 300);

        waits.sweep();

        assertThat(looks).containsExactly(300, 300, 500);
    }

    @Test
    void whatIsWaitedForAlreadyIsNotLookedUpAgain() {
        Watch watch = open();
        waits.set(watch, jids(0, 300));
        waits.set(watch, jids(100, 301));
        waits.set(watch, jids(100, 301));

        assertThat(looks).containsExactly(300, 1);
        assertThat(waits.size()).isEqualTo(201);
    }

    @Test
    void whereNobodyWaitsNothingIsLookedUp() {
        waits.set(open(), Set.of());

        waits.sweep();

        assertThat(looks).isEmpty();
    }

    @Test
    void aCommitTellsThoseWhoWaitForItsTasksWithoutALook() {
        Watch watch = open();
        waits.set(watch, Set.of("task-1", "task-2"));
        finished.add("task-1");

        committer
                .submitAll(List.of(
                        new Change.Succeed("task-1", null, null, Instant.EPOCH, "1"),
                        new Change.Succeed("task-3", null, null, Instant.EPOCH, "1")))
                .join();

        assertThat(told).isEqualTo(1);
        assertThat(waits.finished(watch)).extracting(Task::id).containsExactly("task-1");
        assertThat(looks).containsExactly(2);
        assertThat(waits.size()).isEqualTo(1);
    }

    @Test
    void aRowThatCouldNotBeReadIsToldByTheNextSweep() {
        Watch watch = open();
        waits.set(watch, Set.of("task-1"));
        finished.add("task-1");
        waits.ended(Set.of("task-1"));
        isAway = true;
        waits.read(() -> waits.finished(watch));
        isAway = false;
        int before = told;

        waits.sweep();

        assertThat(told).isEqualTo(before + 1);
        assertThat(waits.finished(watch)).hasSize(1);
    }

    @Test
    void whatWasNotToldIsThereTheNextTime() {
        Watch watch = open();
        finished.add("task-1");
        waits.set(watch, Set.of("task-1"));
        List<Task> first = waits.finished(watch);
        assertThat(waits.finished(watch)).isEqualTo(first).hasSize(1);

        waits.told(watch, first);

        assertThat(waits.finished(watch)).isEmpty();
    }

    @Test
    void whatDoesNotFitIntoOneAnswerIsToldWithTheNext() {
        payload = "x".repeat(300_000);
        Watch watch = open();
        Set<String> all = jids(0, 40);
        finished.addAll(all);
        waits.set(watch, all);

        Set<String> told = new HashSet<>();
        List<Task> some = waits.finished(watch);
        while (!some.isEmpty()) {
            assertThat(some).hasSizeLessThanOrEqualTo(4);
            some.forEach(task -> assertThat(told.add(task.id())).isTrue());
            waits.told(watch, some);
            some = waits.finished(watch);
        }

        assertThat(told).isEqualTo(all);
    }

    @Test
    void thereIsALimitForAllTogether() {
        Watch watch = open();
        assertThat(waits.set(watch, jids(0, Waits.MAX))).isTrue();
        Watch another = open();

        assertThat(waits.set(another, Set.of("task-x"))).isFalse();

        assertThat(waits.size()).isEqualTo(Waits.MAX);
        assertThat(waits.set(watch, jids(1, Waits.MAX))).as("fewer").isTrue();
        assertThat(waits.set(another, Set.of("task-x"))).isTrue();
        waits.close(watch);
        assertThat(waits.size()).isEqualTo(1);
    }

    private static Set<String> jids(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "task-" + i).collect(Collectors.toSet());
    }
}
