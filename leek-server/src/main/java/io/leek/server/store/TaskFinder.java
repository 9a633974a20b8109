package io.leek.server.store;

import io.leek.task.Task;
import io.leek.task.TaskQuery;
import io.leek.task.TaskState;
import jakarta.persistence.criteria.CriteriaBuilder;
import jakarta.persistence.criteria.Path;
import jakarta.persistence.criteria.Predicate;
import jakarta.persistence.criteria.Root;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.springframework.data.domain.Sort;
import org.springframework.data.jpa.domain.Specification;
import org.springframework.data.jpa.repository.JpaSpecificationExecutor.SpecificationFluentQuery;

/** Finds and lists tasks in the three tables. */
final class TaskFinder {

    private static final String JID = "jid";
    private static final String SEQ = "seq";
    private static final String FINISHED_AT = "finishedAt";

    private final QueuedTasks queued;
    private final SuccessTasks success;
    private final FailedTasks failed;

    TaskFinder(QueuedTasks queued, SuccessTasks success, FailedTasks failed) {
        this.queued = queued;
        this.success = success;
        this.failed = failed;
    }

    Optional<Task> find(String jid) {
        return entity(jid).map(TaskEntity::task);
    }

    /** Looks in the order of a task's way, and then at its start again: a retry may have moved it there meanwhile. */
    private Optional<TaskEntity> entity(String jid) {
        return entity(queued, jid)
                .or(() -> entity(success, jid))
                .or(() -> entity(failed, jid))
                .or(() -> entity(queued, jid));
    }

    private static Optional<TaskEntity> entity(TaskEntities<?> table, String jid) {
        return table.findById(jid).map(TaskEntity.class::cast);
    }

    List<Task> findFinished(Collection<String> jids) {
        return Stream.concat(findAll(success, jids), findAll(failed, jids))
                .map(TaskEntity::task)
                .toList();
    }

    private static <E extends TaskEntity> Stream<E> findAll(TaskEntities<E> table, Collection<String> jids) {
        return table.findAll((root, all, builder) -> root.get(JID).in(jids)).stream();
    }

    Optional<Task> findByKey(String key) {
        return queued.findByUniqueKey(key).map(TaskEntity::task);
    }

    /** A page goes on behind the task given as the last one seen; from the newest where that is not there any more. */
    List<Task> list(TaskQuery query) {
        return switch (query.state()) {
            case QUEUED -> listQueued(query);
            case SUCCESS -> listFinished(success, query);
            case FAILED -> listFinished(failed, query);
        };
    }

    /** In the order of arrival, in which a task keeps its place when it finishes between two pages. */
    private List<Task> listQueued(TaskQuery query) {
        Long after = Optional.ofNullable(query.after())
                .flatMap(this::entity)
                .map(TaskEntity::seq)
                .orElse(null);
        return list(
                queued,
                query,
                Sort.by(Sort.Direction.DESC, SEQ),
                found -> found.project("lease"),
                (root, builder) -> after == null ? List.of() : List.of(builder.lessThan(root.<Long>get(SEQ), after)));
    }

    private <E extends FinishedTaskEntity> List<Task> listFinished(TaskEntities<E> table, TaskQuery query) {
        E after = Optional.ofNullable(query.after()).flatMap(table::findById).orElse(null);
        return list(table, query, Sort.by(Sort.Direction.DESC, FINISHED_AT, JID), found -> found, (root, builder) -> {
            if (after == null) {
                return List.of();
            }
            // The first condition alone lets the database begin in the middle of the index.
            Path<Instant> finishedAt = root.get(FINISHED_AT);
            return List.of(
                    builder.lessThanOrEqualTo(finishedAt, after.finishedAt()),
                    builder.or(
                            builder.lessThan(finishedAt, after.finishedAt()),
                            builder.lessThan(root.<String>get(JID), String.valueOf(query.after()))));
        });
    }

    private static <E extends TaskEntity> List<Task> list(
            TaskEntities<E> table,
            TaskQuery query,
            Sort newestFirst,
            UnaryOperator<SpecificationFluentQuery<E>> fetched,
            BiFunction<Root<E>, CriteriaBuilder, List<Predicate>> behind) {
        Specification<E> page = (root, all, builder) -> {
            List<Predicate> conditions = new ArrayList<>(List.of(matching(root, builder, query)));
            conditions.addAll(behind.apply(root, builder));
            return builder.and(conditions.toArray(Predicate[]::new));
        };
        return table
                .findBy(page, found -> fetched.apply(found)
                        .sortBy(newestFirst)
                        .limit(query.limit())
                        .all())
                .stream()
                .map(TaskEntity::task)
                .toList();
    }

    long count(TaskQuery query) {
        return count(table(query.state()), query);
    }

    private static <E extends TaskEntity> long count(TaskEntities<E> table, TaskQuery query) {
        return table.count((root, all, builder) -> builder.and(matching(root, builder, query)));
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

    private TaskEntities<?> table(TaskState state) {
        return switch (state) {
            case QUEUED -> queued;
            case SUCCESS -> success;
            case FAILED -> failed;
        };
    }
}
