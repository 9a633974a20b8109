package io.leek.server.store;

import io.leek.task.Task;
import io.leek.task.TaskQuery;
import io.leek.task.TaskState;
import jakarta.persistence.criteria.CriteriaBuilder;
import jakarta.persistence.criteria.Predicate;
import jakarta.persistence.criteria.Root;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.data.domain.Sort;
import org.springframework.data.jpa.domain.Specification;

/** Finds and lists tasks in the three tables. */
final class TaskFinder {

    private static final String JID = "jid";

    private final QueuedTasks queued;
    private final SuccessTasks success;
    private final FailedTasks failed;

    TaskFinder(QueuedTasks queued, SuccessTasks success, FailedTasks failed) {
        this.queued = queued;
        this.success = success;
        this.failed = failed;
    }

    /** Looks in the order of a task's way, and then at its start again: a retry may have moved it there meanwhile. */
    Optional<Task> find(String jid) {
        return find(queued, jid)
                .or(() -> find(success, jid))
                .or(() -> find(failed, jid))
                .or(() -> find(queued, jid));
    }

    private static Optional<Task> find(TaskEntities<?> table, String jid) {
        return table.findById(jid).map(TaskEntity::task);
    }

    Optional<Task> findByKey(String key) {
        return queued.findByUniqueKey(key).map(TaskEntity::task);
    }

    List<Task> list(TaskQuery query) {
        return list(table(query.state()), listedBy(query.state()), query);
    }

    long count(TaskQuery query) {
        return count(table(query.state()), query);
    }

    private static <E extends TaskEntity> long count(TaskEntities<E> table, TaskQuery query) {
        return table.count((root, all, builder) -> builder.and(matching(root, builder, query)));
    }

    /** A page goes on behind the task given as the last one seen; from the newest where that is not there any more. */
    private <E extends TaskEntity> List<Task> list(TaskEntities<E> table, String listedBy, TaskQuery query) {
        String after = query.after();
        Instant afterTime = after == null ? null : listedAt(query.state(), after);
        Specification<E> page = (root, all, builder) -> {
            List<Predicate> conditions = new ArrayList<>(List.of(matching(root, builder, query)));
            if (after != null && afterTime != null) {
                // The first condition alone lets the database begin in the middle of the index.
                conditions.add(builder.lessThanOrEqualTo(root.<Instant>get(listedBy), afterTime));
                conditions.add(builder.or(
                        builder.lessThan(root.<Instant>get(listedBy), afterTime),
                        builder.lessThan(root.<String>get(JID), after)));
            }
            return builder.and(conditions.toArray(Predicate[]::new));
        };
        Sort newestFirst = Sort.by(Sort.Direction.DESC, listedBy, JID);
        return table
                .findBy(
                        page,
                        found -> found.sortBy(newestFirst).limit(query.limit()).all())
                .stream()
                .map(TaskEntity::task)
                .toList();
    }

    private static Predicate[] matching(Root<?> root, CriteriaBuilder builder, TaskQuery query) {
        List<Predicate> conditions = new ArrayList<>();
        if (query.queue() != null) {
            conditions.add(builder.equal(root.get("queue"), query.queue()));
        }
        if (query.name() != null) {
            conditions.add(builder.equal(root.get("name"), query.name()));
        }
        return conditions.toArray(Predicate[]::new);
    }

    /** A queued task keeps its place in the list when it finishes between two pages. */
    private @Nullable Instant listedAt(TaskState state, String jid) {
        if (state == TaskState.QUEUED) {
            return find(jid).map(Task::enqueuedAt).orElse(null);
        }
        return table(state).findById(jid).map(TaskEntity::listedAt).orElse(null);
    }

    private static String listedBy(TaskState state) {
        return state == TaskState.QUEUED ? "enqueuedAt" : "finishedAt";
    }

    private TaskEntities<?> table(TaskState state) {
        return switch (state) {
            case QUEUED -> queued;
            case SUCCESS -> success;
            case FAILED -> failed;
        };
    }
}
