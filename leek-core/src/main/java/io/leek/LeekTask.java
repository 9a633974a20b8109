package io.leek;

import io.leek.task.CatchUp;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a method whose calls may be offloaded. A direct call stays an ordinary call; inside {@link Leek#offload} the
 * call is recorded, kept as a durable task and run by a worker.
 *
 * <p>The method may be declared on a class or an interface. It must be one that a proxy can intercept: not {@code final},
 * {@code private} or {@code static}. Its arguments travel as JSON and are bound to the declared parameter types.
 */
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface LeekTask {

    /** The task's name, unique in the application. By default the bean's name, a dot and the method's name. */
    String name() default "";

    /** Names that it had before: tasks queued under them are run by this method. No other task of the application has them. */
    String[] aliases() default {};

    /**
     * The queue the task waits in: letters, digits, {@code .}, {@code _} and {@code -}. By default the one that {@code
     * leek.queues.<queue>.tasks} gives its name to, else {@code default}.
     */
    String queue() default "";

    /** The place within the queue, 1 to 9; 9 runs first. */
    int priority() default 5;

    /**
     * How often a task that threw is run again. -1, the default, takes {@code leek.retry.max-retries}, which is 0 unless
     * set.
     */
    int maxRetries() default -1;

    /**
     * How long a run may take: {@code 30s}, {@code PT30S} or {@code 30000}, which are milliseconds, or a placeholder. One
     * that takes longer is interrupted and counts as one that threw a {@link java.util.concurrent.TimeoutException}. Empty,
     * the default, sets no limit.
     */
    String timeout() default "";

    /**
     * When the task is queued by itself: a cron expression of six fields or a macro such as {@code @daily}, as in {@code
     * @Scheduled}, or a placeholder. {@code -} switches it off. Only for a method without arguments.
     */
    String cron() default "";

    /** By the clock of which zone {@link #cron()} is read; the application's own by default. */
    String zone() default "";

    /**
     * How long after the end of a run the task is queued again: {@code 10s}, {@code PT10S} or {@code 10000}, which are
     * milliseconds, or a placeholder. {@code -} switches it off. The first run is at once. Only for a method without
     * arguments.
     */
    String fixedDelay() default "";

    /** What becomes of the times of a recurring task that pass while nobody can run it. */
    CatchUp catchUp() default CatchUp.ONCE;

    /**
     * How long the task waits before its first retry: {@code 1s}, {@code PT1S} or {@code 1000}, which are milliseconds, or
     * a placeholder. It does not delay the first run. Empty takes {@code leek.retry.delay}, which is 1 s unless set.
     */
    String delay() default "";

    /**
     * By what the delay is multiplied for each further retry, 1 or more. -1, the default, takes {@code
     * leek.retry.multiplier}, which is 1 unless set.
     */
    double multiplier() default -1;

    /** The longest delay before a retry, written as {@link #delay()}. Empty takes {@code leek.retry.max-delay}. */
    String maxDelay() default "";

    /**
     * By how much a delay is longer or shorter at random, written as {@link #delay()}. Empty takes {@code
     * leek.retry.jitter}, which is none unless set.
     */
    String jitter() default "";

    /** Only after these exceptions, or exceptions caused by them, is the task run again. By default after any. */
    Class<? extends Throwable>[] includes() default {};

    /** After these exceptions, or exceptions caused by them, the task is not run again. */
    Class<? extends Throwable>[] excludes() default {};

    /**
     * What the task must have a place in to run, as a SpEL expression that is evaluated when the call is captured: {@code
     * "'customer:' + #id"}. Of all tasks with the same result, whatever their names and queues, at most {@link
     * #mutexLimit()} run at once, over all workers and servers. Parameters are {@code #name}, {@code #a0} or {@code #p0}.
     * The result must have 1 to 255 characters. Empty, the default, for none.
     */
    String mutex() default "";

    /** How many tasks with the same mutex may run at once, 1 to 1000. */
    int mutexLimit() default 1;

    /**
     * Whether a task that waits for its retry holds back the later ones with the same mutex. Only with a {@link
     * #mutexLimit()} of 1.
     */
    boolean ordered() default false;

    /**
     * How the task becomes a success. By default together with what its method has written, if the method is {@code
     * @Transactional} on the database that keeps the tasks.
     */
    Completion completion() default Completion.IN_TRANSACTION;
}
