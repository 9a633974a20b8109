package io.leek.spring.offload;

import io.leek.LeekTask;
import io.leek.spring.offload.InvalidTaskMethodException.Problem;
import io.leek.spring.offload.RegisteredTask.TaskOptions;
import io.leek.task.RecurringTask;
import io.leek.worker.TaskHandler;
import io.leek.worker.TaskHandlers;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/**
 * The task methods of the application, by name. They are read from the bean definitions when this is made, so that lazy
 * beans count, and once more when all singletons are there: a {@code @Bean} method may declare less than it returns.
 */
public final class TaskMethods implements TaskHandlers, SmartInitializingSingleton {

    private final ConfigurableListableBeanFactory beanFactory;
    private final LeekJson json;
    private final SignatureCheck check;
    private volatile Index index;

    /** @throws InvalidTaskMethodException where a task method can't be offloaded */
    public TaskMethods(ConfigurableListableBeanFactory beanFactory, LeekJson json) {
        this.beanFactory = beanFactory;
        this.json = json;
        this.check = new SignatureCheck(new JsonTypes(json));
        this.index = read();
    }

    @Override
    public void afterSingletonsInstantiated() {
        index = read();
    }

    @Override
    public Set<String> names() {
        return index.byName().keySet();
    }

    @Override
    public Set<String> queues() {
        return index.queues();
    }

    @Override
    public List<RecurringTask> recurring() {
        TaskRecords records = new TaskRecords(json, settings());
        return index.recurrences().entrySet().stream()
                .map(one -> declaration(one.getKey(), one.getValue(), records))
                .sorted(Comparator.comparing(RecurringTask::name))
                .toList();
    }

    private RecurringTask declaration(String name, TaskRecurrence recurrence, TaskRecords records) {
        RegisteredTask task = Objects.requireNonNull(index.byName().get(name));
        return recurrence.declaration(records.recurring(task), task.options());
    }

    @Override
    public Optional<TaskHandler> find(String name) {
        return task(name).map(task -> task);
    }

    Optional<RegisteredTask> task(String name) {
        return Optional.ofNullable(index.byName().get(name));
    }

    Optional<RegisteredTask> task(String beanName, Method method) {
        return Optional.ofNullable(index.byMethod().get(new BeanMethod(beanName, method)));
    }

    /** Those task beans that exist already; none is made for this. */
    List<Object> singletons() {
        return index.byMethod().keySet().stream()
                .map(BeanMethod::beanName)
                .distinct()
                .filter(beanFactory::containsSingleton)
                .map(beanFactory::getBean)
                .toList();
    }

    private Index read() {
        List<Problem> problems = new ArrayList<>();
        Map<String, RegisteredTask> byName = new LinkedHashMap<>();
        Map<BeanMethod, RegisteredTask> byMethod = new LinkedHashMap<>();
        Map<String, TaskRecurrence> recurrences = new LinkedHashMap<>();
        for (TaskScan.Found found : new TaskScan(beanFactory).taskMethods()) {
            TaskSignature signature = TaskSignature.of(found.method(), found.beanClass(), json);
            problems.addAll(check.problems(found, signature));
            RegisteredTask task = new RegisteredTask(options(found, problems), found, signature, json, beanFactory);
            RegisteredTask other = byName.putIfAbsent(task.options().name(), task);
            if (other != null) {
                problems.add(SignatureCheck.sameName(found, task, other));
            }
            byMethod.put(new BeanMethod(found.beanName(), found.method()), task);
            recurrence(found, signature, problems)
                    .ifPresent(recurrence -> recurrences.put(task.options().name(), recurrence));
        }
        aliases(byMethod.values(), byName, problems);
        if (!problems.isEmpty()) {
            throw new InvalidTaskMethodException(problems);
        }
        return Index.of(byName, byMethod, recurrences);
    }

    /** After all names: a task's own name comes before another's former one. */
    private static void aliases(
            Collection<RegisteredTask> tasks, Map<String, RegisteredTask> byName, List<Problem> problems) {
        for (RegisteredTask task : tasks) {
            for (String alias : task.options().aliases()) {
                RegisteredTask other = byName.putIfAbsent(alias, task);
                if (alias.isBlank() || other != null) {
                    problems.add(SignatureCheck.alias(task, alias, other));
                }
            }
        }
    }

    private TaskOptions options(TaskScan.Found found, List<Problem> problems) {
        LeekTask annotation = found.annotation();
        String name = annotation.name().isEmpty()
                ? found.beanName() + "." + found.method().getName()
                : annotation.name();
        String queue = annotation.queue().isEmpty() ? settings().routes().queueOf(name) : annotation.queue();
        return new TaskOptions(
                name,
                List.of(annotation.aliases()),
                queue,
                annotation.priority(),
                retry(found, problems),
                timeout(found, problems),
                annotation.completion(),
                MutexExpression.of(found, beanFactory));
    }

    private OffloadSettings settings() {
        return beanFactory.getBeanProvider(OffloadSettings.class).getIfAvailable(OffloadSettings::defaults);
    }

    private TaskRetry retry(TaskScan.Found found, List<Problem> problems) {
        try {
            return TaskRetry.of(found.annotation(), beanFactory::resolveEmbeddedValue);
        } catch (IllegalArgumentException e) {
            problems.add(SignatureCheck.retry(found, e));
            return TaskRetry.OPEN;
        }
    }

    private @Nullable Duration timeout(TaskScan.Found found, List<Problem> problems) {
        try {
            Duration timeout =
                    TaskRetry.duration("timeout", found.annotation().timeout(), beanFactory::resolveEmbeddedValue);
            return timeout == null ? null : RegisteredTask.timeout(timeout);
        } catch (IllegalArgumentException e) {
            problems.add(SignatureCheck.timeout(found, e));
            return null;
        }
    }

    private Optional<TaskRecurrence> recurrence(TaskScan.Found found, TaskSignature signature, List<Problem> problems) {
        try {
            Optional<TaskRecurrence> recurrence =
                    Optional.ofNullable(TaskRecurrence.of(found.annotation(), beanFactory::resolveEmbeddedValue));
            if (recurrence.isPresent() && !signature.parameters().isEmpty()) {
                problems.add(SignatureCheck.argumentsOfRecurring(found));
            }
            return recurrence;
        } catch (IllegalArgumentException e) {
            problems.add(SignatureCheck.recurrence(found, e));
            return Optional.empty();
        }
    }

    private record BeanMethod(String beanName, Method method) {}

    private record Index(
            Map<String, RegisteredTask> byName,
            Map<BeanMethod, RegisteredTask> byMethod,
            Map<String, TaskRecurrence> recurrences,
            Set<String> queues) {

        static Index of(
                Map<String, RegisteredTask> byName,
                Map<BeanMethod, RegisteredTask> byMethod,
                Map<String, TaskRecurrence> recurrences) {
            Set<String> queues = byName.values().stream()
                    .map(task -> task.options().queue())
                    .collect(Collectors.toCollection(LinkedHashSet::new));
            return new Index(Map.copyOf(byName), Map.copyOf(byMethod), Map.copyOf(recurrences), Set.copyOf(queues));
        }
    }
}
