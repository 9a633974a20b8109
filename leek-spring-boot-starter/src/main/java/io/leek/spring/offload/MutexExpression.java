package io.leek.spring.offload;

import io.leek.LeekTask;
import io.leek.TaskCaptureException;
import io.leek.spring.offload.InvalidTaskMethodException.Problem;
import io.leek.task.Mutex;
import java.lang.reflect.Method;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.context.expression.BeanFactoryResolver;
import org.springframework.context.expression.MethodBasedEvaluationContext;
import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.ParameterNameDiscoverer;
import org.springframework.expression.EvaluationException;
import org.springframework.expression.Expression;
import org.springframework.expression.ExpressionParser;
import org.springframework.expression.ParseException;
import org.springframework.expression.spel.standard.SpelExpressionParser;

/** The mutex that a {@code @LeekTask} names: an expression over the arguments of a call. */
final class MutexExpression {

    private static final ExpressionParser PARSER = new SpelExpressionParser();
    private static final ParameterNameDiscoverer NAMES = new DefaultParameterNameDiscoverer();

    private final Expression expression;
    private final int limit;
    private final boolean ordered;
    private final Method method;
    private final BeanFactory beanFactory;

    private MutexExpression(LeekTask task, Method method, BeanFactory beanFactory) {
        expression = PARSER.parseExpression(task.mutex());
        limit = task.mutexLimit();
        ordered = task.ordered();
        this.method = method;
        this.beanFactory = beanFactory;
    }

    /** Null where the annotation names none. */
    static @Nullable MutexExpression of(TaskScan.Found found, BeanFactory beanFactory) {
        return found.annotation().mutex().isEmpty() || problem(found).isPresent()
                ? null
                : new MutexExpression(found.annotation(), found.method(), beanFactory);
    }

    /** What is wrong with an annotation; its method is left to the caller. */
    static Optional<Problem> problem(TaskScan.Found found) {
        LeekTask task = found.annotation();
        if (task.mutex().isEmpty()) {
            return task.mutexLimit() == 1 && !task.ordered()
                    ? Optional.empty()
                    : Optional.of(new Problem(
                            "",
                            "has " + (task.ordered() ? "ordered" : "mutexLimit") + ", but no mutex",
                            "Say what the tasks have in common, as in mutex = \"'customer:' + #id\"."));
        }
        try {
            PARSER.parseExpression(task.mutex());
            new Mutex("any", task.mutexLimit(), task.ordered());
        } catch (ParseException e) {
            return Optional.of(new Problem(
                    "",
                    "has the mutex " + task.mutex() + ", which is no SpEL expression (" + e.getSimpleMessage() + ")",
                    "A fixed name needs quotes of its own: mutex = \"'reports'\"."));
        } catch (IllegalArgumentException e) {
            return Optional.of(new Problem(
                    "",
                    "has mutexLimit " + task.mutexLimit() + (task.ordered() ? " and ordered" : ""),
                    "Use 1 to 1000, and 1 with ordered: tasks that run side by side have no order."));
        }
        return Optional.empty();
    }

    int limit() {
        return limit;
    }

    boolean ordered() {
        return ordered;
    }

    /** The name for a call with these arguments. */
    String name(String task, @Nullable Object[] arguments) {
        MethodBasedEvaluationContext context = new MethodBasedEvaluationContext(null, method, arguments, NAMES);
        context.setBeanResolver(new BeanFactoryResolver(beanFactory));
        Object value;
        try {
            value = expression.getValue(context);
        } catch (EvaluationException e) {
            throw refused(task, "it failed (" + e.getSimpleMessage() + ")", e);
        }
        String name = value == null ? "" : value.toString();
        if (name.isBlank()) {
            throw refused(task, value == null ? "it gave null" : "it gave no text", null);
        }
        return name;
    }

    private TaskCaptureException refused(String task, String found, @Nullable Exception cause) {
        String message = "Task " + task + ": the mutex " + expression.getExpressionString()
                + " must give a text for each call, but " + found
                + ". Parameters are #name (with classes compiled with -parameters), #a0 or #p0. Nothing was sent.";
        return cause == null ? new TaskCaptureException(message) : new TaskCaptureException(message, cause);
    }
}
