package io.leek.server.store;

import static io.leek.server.store.Changes.FAILURE;
import static io.leek.server.store.Changes.NOW;
import static io.leek.server.store.Changes.claim;
import static io.leek.server.store.Changes.insert;
import static io.leek.server.store.Changes.insertNamed;
import static io.leek.server.store.Changes.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import io.leek.server.store.TaskStore.Beat;
import io.leek.server.store.TaskStore.Claimable;
import io.leek.server.store.TaskStore.Later;
import io.leek.server.store.TaskStore.QueueSize;
import io.leek.server.store.TaskStore.Waiting;
import io.leek.task.FailureReason;
import io.leek.task.Task;
import io.leek.task.TaskFailure;
import io.leek.task.TaskQuery;
import io.leek.task.TaskState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What every store must answer, for the dispatcher and for people. */
public abstract class TaskQueryContract extends KeyContract {

    private List<String> claimable(String queue, Set<String> names, Instant now) {
        return store.claimable(queue, names, now, null, 10).stream()
                .map(Claimable::jid)
                .toList();
    }

    @Test
    void tasksAreClaimableByPriorityThenInTheOrderTheyCame() {
        store.apply(List.of(
                insert("task-low1", "default", 1, NOW, null, null),
                insert("task-mid1"),
                insert("task-top1", "default", 9, NOW, null, null),
                insert("task-mid2"),
                insert("task-else", "other", 9, NOW, null, null),
                insert("task-late", "default", 9, NOW.plusSeconds(1), null, null)));
        store.apply(List.of(insert("task-mid3"), insert("task-held"), claim("task-held", "t")));

        assertThat(claimable("default", null, NOW))
                .containsExactly("task-top1", "task-mid1", "task-mid2", "task-mid3", "task-low1");
        assertThat(store.claimable("default", null, NOW, null, 2)).hasSize(2);
        assertThat(claimable("default", null, NOW.plusSeconds(1))).startsWith("task-top1", "task-late");
    }

    @Test
    void aPageGoesOnBehindATask() {
        store.apply(List.of(
                insert("task-low1", "default", 1, NOW, null, null),
                insert("task-mid1"),
                insert("task-top1", "default", 9, NOW, null, null),
                insert("task-mid2"),
                insert("task-mid3"),
                insert("task-low2", "default", 1, NOW, null, null)));
        List<Claimable> all = store.claimable("default", null, NOW, null, 10);

        assertThat(store.claimable("default", null, NOW, all.get(1), 3)).isEqualTo(all.subList(2, 5));
        assertThat(store.claimable("default", null, NOW, all.get(3), 10)).isEqualTo(all.subList(4, 6));
        assertThat(store.claimable("default", null, NOW, all.get(5), 10)).isEmpty();
        store.apply(List.of(claim("task-mid1", "t"), succeed("task-mid1", "t")));
        assertThat(store.claimable("default", null, NOW, all.get(1), 1)).containsExactly(all.get(2));
    }

    @Test
    void aBatchOfManyBlocksStaysInItsOrder() {
        List<Change.Insert> inserts = new ArrayList<>();
        for (int i = 0; i < 350; i++) {
            inserts.add(insert("task-%05d".formatted(i)));
        }
        store.apply(inserts.subList(0, 30));
        store.apply(inserts.subList(30, 350));

        assertThat(store.claimable("default", null, NOW, null, 400))
                .extracting(Claimable::jid)
                .containsExactlyElementsOf(
                        inserts.stream().map(Change.Insert::jid).toList());
    }

    @Test
    void onlyTasksOfTheNamesAskedForAreClaimable() {
        store.apply(
                List.of(insertNamed("task-0001", "a"), insertNamed("task-0002", "b"), insertNamed("task-0003", "c")));

        assertThat(claimable("default", Set.of("a", "c"), NOW)).containsExactly("task-0001", "task-0003");
        assertThat(claimable("default", Set.of(), NOW)).isEmpty();
    }

    @Test
    void theNextDueTimeIsTheEarliestOfThoseAhead() {
        assertThat(store.nextDue(NOW)).isEmpty();
        store.apply(List.of(
                insert("task-0001"),
                insert("task-0002", "default", 5, NOW.plusSeconds(20), null, null),
                insert("task-0003", "default", 5, NOW.plusSeconds(10), null, null)));

        assertThat(store.nextDue(NOW)).contains(NOW.plusSeconds(10));
        assertThat(store.nextDue(NOW.plusSeconds(10))).contains(NOW.plusSeconds(20));
    }

    @Test
    void whatWaitsIsCountedByQueueAndName() {
        store.apply(List.of(
                insertNamed("task-0001", "a"),
                insertNamed("task-0002", "a"),
                insertNamed("task-0003", "b"),
                claim("task-0003", "t"),
                insert("task-0004", "mail", 5, NOW.plusSeconds(60), null, null)));

        assertThat(store.waiting(NOW)).containsExactly(new Waiting("default", "a", NOW, 2));
        assertThat(store.queueSizes()).containsExactly(new QueueSize("default", 2, NOW));
        assertThat(store.queued()).as("whether due, running or neither").isEqualTo(4);
    }

    @Test
    void scheduledAndRetryingTasksAreCountedApart() {
        store.apply(List.of(
                insert("task-0001", "default", 5, NOW.plusSeconds(60), null, null),
                insert("task-0002", "default", 5, NOW.plusSeconds(60), null, null),
                insert("task-0003"),
                claim("task-0003", "t"),
                new Change.RetryLater("task-0003", "t", NOW, NOW.plusSeconds(60), FAILURE),
                insert("task-0004")));

        assertThat(store.later(NOW)).isEqualTo(new Later(2, 1));
    }

    @Test
    void idsOfTasksInAnyStateAreKnown() {
        store.apply(List.of(insert("task-0001"), insert("task-0002"), insert("task-0003")));
        store.apply(List.of(
                claim("task-0002", "t"), succeed("task-0002", "t"), new Change.Park("task-0003", NOW, FAILURE)));

        assertThat(store.known(List.of("task-0001", "task-0002", "task-0003", "task-0004")))
                .containsExactlyInAnyOrder("task-0001", "task-0002", "task-0003");
        assertThat(store.known(List.of())).isEmpty();
    }

    @Test
    void idsOfTasksThatEndedAsSuccessOrFailedAreFinished() {
        store.apply(List.of(insert("task-0001"), insert("task-0002"), insert("task-0003")));
        store.apply(List.of(
                claim("task-0002", "t"), succeed("task-0002", "t"), new Change.Park("task-0003", NOW, FAILURE)));

        assertThat(store.finished(List.of("task-0001", "task-0002", "task-0003", "task-0004")))
                .containsExactlyInAnyOrder("task-0002", "task-0003");
        assertThat(store.finished(List.of())).isEmpty();
        assertThat(store.findFinished(List.of("task-0001", "task-0002", "task-0003", "task-0004")))
                .containsExactlyInAnyOrder(
                        store.find("task-0002").orElseThrow(),
                        store.find("task-0003").orElseThrow());
        assertThat(store.findFinished(List.of())).isEmpty();
    }

    @Test
    void parkedTasksAreFoundByReasonAndName() {
        TaskFailure unknown = TaskFailure.of(FailureReason.UNKNOWN_TASK, "UnknownTask", "nobody knows it", List.of());
        store.apply(List.of(
                insertNamed("task-0001", "a"),
                insertNamed("task-0002", "b"),
                insertNamed("task-0003", "a"),
                new Change.Park("task-0001", NOW, unknown),
                new Change.Park("task-0002", NOW, unknown),
                new Change.Park("task-0003", NOW, FAILURE)));

        assertThat(store.parked(FailureReason.UNKNOWN_TASK, Set.of("a", "x"), 10))
                .containsExactly("task-0001");
        assertThat(store.parked(FailureReason.UNKNOWN_TASK, Set.of("a", "b"), 1))
                .hasSize(1);
    }

    @Test
    void tasksAreListedInPagesNewestFirst() {
        List<String> jids = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            String jid = "task-000" + i;
            // Two of each time: the id decides.
            Instant finished = NOW.plusSeconds(i / 2);
            store.apply(List.of(insert(jid), claim(jid, "t"), new Change.Succeed(jid, null, "t", finished, null)));
            jids.add(0, jid);
        }

        List<String> listed = new ArrayList<>();
        TaskQuery query = TaskQuery.success().limit(3);
        List<Task> page = store.list(query);
        while (!page.isEmpty()) {
            assertThat(page).hasSizeLessThanOrEqualTo(3);
            page.forEach(task -> listed.add(task.id()));
            page = store.list(query.after(listed.get(listed.size() - 1)));
        }

        assertThat(listed).isEqualTo(jids);
    }

    @Test
    void aPageGoesOnWhereItsLastTaskWasAlsoWhenThatHasFinishedSince() {
        store.apply(List.of(insert("task-0001"), insert("task-0002"), insert("task-0003")));
        store.apply(List.of(claim("task-0002", "t"), succeed("task-0002", "t")));

        assertThat(store.list(TaskQuery.queued().after("task-0002")))
                .extracting(Task::id)
                .containsExactly("task-0001");
    }

    @Test
    void listAndCountKeepToStateQueueAndName() {
        store.apply(List.of(
                insertNamed("task-0001", "a"),
                insertNamed("task-0002", "b"),
                insert("task-0003", "mail", 5, NOW, null, null)));

        assertThat(store.list(TaskQuery.queued().name("b")))
                .extracting(Task::id)
                .containsExactly("task-0002");
        assertThat(store.list(TaskQuery.queued().queue("mail")))
                .extracting(Task::id)
                .containsExactly("task-0003");
        assertThat(store.count(TaskQuery.queued())).isEqualTo(3);
        assertThat(store.count(TaskQuery.queued().queue("default").name("a"))).isEqualTo(1);
        assertThat(store.count(TaskQuery.of(TaskState.FAILED))).isZero();
    }

    @Test
    void whatHadFailedByATimeIsFoundByQueueAndNameNewestFirst() {
        store.apply(List.of(
                insertNamed("task-0001", "a"),
                insertNamed("task-0002", "b"),
                insertNamed("task-0003", "a"),
                insert("task-0004", "mail", 5, NOW, null, null),
                insertNamed("task-0005", "a"),
                new Change.Park("task-0001", NOW, FAILURE),
                new Change.Park("task-0002", NOW.plusSeconds(1), FAILURE),
                new Change.Park("task-0003", NOW.plusSeconds(2), FAILURE),
                new Change.Park("task-0004", NOW.plusSeconds(2), FAILURE),
                new Change.Park("task-0005", NOW.plusSeconds(3), FAILURE)));
        Instant then = NOW.plusSeconds(2);

        assertThat(store.failedBefore(then, null, null, 10))
                .containsExactly("task-0004", "task-0003", "task-0002", "task-0001");
        assertThat(store.failedBefore(then, null, null, 2)).containsExactly("task-0004", "task-0003");
        assertThat(store.failedBefore(then, "default", "a", 10)).containsExactly("task-0003", "task-0001");
        assertThat(store.failedBefore(then, "mail", null, 10)).containsExactly("task-0004");
    }

    @Test
    void heartbeatsCountUpUntilTheirServerIsForgotten() {
        store.beat("server-1");
        store.beat("server-2");
        store.beat("server-1");

        assertThat(store.beats()).containsExactly(new Beat("server-1", 2), new Beat("server-2", 1));
        store.forget(List.of("server-1"));
        assertThat(store.beats()).containsExactly(new Beat("server-2", 1));
    }

    @Test
    void theStoreKeepsItsId() {
        String id = store.id();

        close(store);
        store = open(clock);

        assertThat(store.id()).isEqualTo(id).isNotBlank().hasSizeLessThanOrEqualTo(36);
    }
}
