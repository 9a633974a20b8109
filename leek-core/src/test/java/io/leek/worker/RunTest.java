package io.leek.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.leek.DoNotRetryException;
import io.leek.RetryLaterException;
import io.leek.TaskContext;
import io.leek.task.TaskJson;
import io.leek.wire.Command;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;
import tools.jackson.databind.node.ArrayNode;

class RunTest {

    private final Handlers handlers = new Handlers();
    private Run current;

    @Test
    void aTaskThatRunsToItsEndIsAcknowledgedWithItsResult() {
        handlers.on("greet", args -> "hello " + args.get(0).asString());

        assertThat(run("greet", "[\"ada\"]")).isEqualTo(new Command.Ack("task-0001", "\"hello ada\"", "lease-1"));
    }

    @Test
    void aTaskKnowsItsContextAndLeavesNoneBehind() {
        handlers.on("who", args -> {
            TaskContext context = TaskContext.current().orElseThrow();
            return context.id() + " " + context.name() + " " + context.attempt();
        });

        assertThat(run("who", "[]")).isEqualTo(new Command.Ack("task-0001", "\"task-0001 who 3\"", "lease-1"));
        assertThat(TaskContext.current()).isEmpty();
    }

    @Test
    void aThrowingTaskFailsWithTypeMessageAndTrace() {
        handlers.on("throw", args -> {
            throw new IOException("no route", new IllegalStateException("cable"));
        });

        Command.Fail fail = fails("throw");

        assertThat(fail.errtype()).isEqualTo("java.io.IOException");
        assertThat(fail.message()).isEqualTo("no route");
        assertThat(fail.lease()).isEqualTo("lease-1");
        assertThat(fail.isFinal()).isNull();
        assertThat(fail.reason()).isNull();
        assertThat(fail.backtrace()).contains("Caused by: java.lang.IllegalStateException: cable");
    }

    @Test
    void aTaskThatSaysNotAgainFailsForGoodWithTheCauseItNames() {
        handlers.on("cause", args -> {
                    throw new DoNotRetryException(new IOException("card is blocked"));
                })
                .on("message", args -> {
                    throw new DoNotRetryException("no such user");
                })
                .on("inside", args -> {
                    throw new IllegalStateException("outer", new DoNotRetryException("no such user"));
                });

        assertThat(fails("cause").isFinal()).isTrue();
        assertThat(fails("cause").errtype()).isEqualTo("java.io.IOException");
        assertThat(fails("cause").message()).isEqualTo("card is blocked");
        assertThat(fails("cause").reason()).isNull();
        assertThat(fails("message").errtype()).isEqualTo("io.leek.DoNotRetryException");
        assertThat(fails("message").message()).isEqualTo("no such user");
        assertThat(fails("inside").isFinal()).isTrue();
        assertThat(fails("inside").message()).isEqualTo("outer");
    }

    @Test
    void aTaskThatSaysWhenIsToBeRunAgainThen() {
        handlers.on("later", args -> {
                    throw new RetryLaterException(Duration.ofMinutes(10));
                })
                .on("cause", args -> {
                    throw new RetryLaterException(Duration.ofMinutes(10), new IOException("busy"));
                })
                .on("past", args -> {
                    throw new RetryLaterException(Duration.ofSeconds(-1));
                })
                .on("never", args -> {
                    throw new RetryLaterException(Duration.ofSeconds(Long.MAX_VALUE));
                });

        assertThat(fails("later").retryInMs()).isEqualTo(600_000);
        assertThat(fails("later").isFinal()).isNull();
        assertThat(fails("cause").message()).isEqualTo("busy");
        assertThat(fails("cause").retryInMs()).isEqualTo(600_000);
        assertThat(fails("past").retryInMs()).isZero();
        assertThat(fails("never").retryInMs()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void whatTheMethodDoesNotRetryIsFinalUnlessTheTaskItselfAsksForARetry() {
        handlers.on("choosy", choosy(new IOException("no route")))
                .on("asks", choosy(new RetryLaterException(Duration.ZERO)));

        assertThat(fails("choosy").isFinal()).isTrue();
        assertThat(fails("asks").isFinal()).isNull();
        assertThat(fails("asks").retryInMs()).isZero();
    }

    @Test
    void anErrorIsAFailureLikeAnyOther() {
        handlers.on("overflow", args -> overflow(0)).on("memory", args -> {
            throw new OutOfMemoryError("Java heap space");
        });

        assertThat(fails("overflow").errtype()).isEqualTo("java.lang.StackOverflowError");
        assertThat(fails("overflow").backtrace()).hasSizeLessThanOrEqualTo(50);
        assertThat(fails("memory").message()).isEqualTo("Java heap space");
    }

    @Test
    void aThrowableThatIsNeitherExceptionNorErrorIsAFailure() {
        handlers.on("odd", args -> {
            throw new Throwable("odd");
        });

        assertThat(fails("odd").backtrace()).contains("Caused by: java.lang.Throwable: odd");
    }

    @Test
    void anExceptionThatCannotBeReadIsStillAFailure() {
        handlers.on("message", args -> {
            throw new Unreadable();
        });
        handlers.on("cause", args -> {
            throw new RuntimeException("outer", new Unreadable());
        });
        handlers.on("rootless", args -> {
            throw new RuntimeException("kept") {
                @Override
                public synchronized Throwable getCause() {
                    throw new StackOverflowError();
                }
            };
        });

        assertThat(fails("message").message())
                .isEqualTo("its message can't be read: java.lang.UnsupportedOperationException");
        assertThat(fails("cause").backtrace()).contains("Caused by: " + Unreadable.class.getName());
        assertThat(fails("rootless").message()).isEqualTo("kept");
    }

    @Test
    void causesThatGoInACircleEnd() {
        handlers.on("circle", args -> {
            RuntimeException one = new RuntimeException("one");
            RuntimeException two = new RuntimeException("two", one);
            one.initCause(two);
            throw one;
        });

        assertThat(fails("circle").backtrace().stream().filter(line -> line.startsWith("Caused by")))
                .containsExactly("Caused by: java.lang.RuntimeException: two");
    }

    @Test
    void aResultThatCannotBeWrittenFailsForGood() {
        for (Throwable thrown : List.of(
                new IllegalArgumentException("no serializer"),
                new StackOverflowError(),
                new NoClassDefFoundError("x"))) {
            handlers.on("result", handler(null, thrown));

            Command.Fail fail = fails("result");

            assertThat(fail.reason()).isEqualTo("result");
            assertThat(fail.isFinal()).isTrue();
            assertThat(fail.errtype()).isEqualTo(thrown.getClass().getName());
        }
    }

    @Test
    void argumentsThatDoNotFitParkTheTask() {
        for (Throwable thrown :
                List.of(new IllegalArgumentException("argument 1: expected int"), new NoClassDefFoundError("a/B"))) {
            handlers.on("arguments", handler(thrown, null));

            Command.Fail fail = fails("arguments");

            assertThat(fail.reason()).isEqualTo("arguments");
            assertThat(fail.isFinal()).isTrue();
            assertThat(fail.message()).isEqualTo(thrown.getMessage());
        }
    }

    @Test
    void aNameThatIsNotKnownParksTheTask() {
        Command.Fail fail = fails("nobody");

        assertThat(fail.reason()).isEqualTo("unknown_task");
        assertThat(fail.isFinal()).isTrue();
        assertThat(fail.message()).isEqualTo("no task method is called nobody in this worker");
    }

    @Test
    void anInterruptDoesNotReachTheNextRun() {
        handlers.on("interrupt", args -> {
            Thread.currentThread().interrupt();
            throw new InterruptedException();
        });
        fails("interrupt");

        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void theTraceHasAsManyLinesAsTheTaskAsksFor() {
        handlers.on("throw", args -> {
            throw new IOException("no route", new IllegalStateException("cable"));
        });

        Command.Fail fail = (Command.Fail) new Run(handlers, assignment("throw", "[]", 1), Reported.NOTHING).perform();

        assertThat(fail.backtrace()).hasSize(1);
    }

    @Test
    void whatAnExceptionSaysIsCutBeforeItIsSent() {
        String page = "x".repeat(1_500);
        handlers.on("throw", args -> {
            throw new IOException(page, new IllegalStateException(page));
        });
        handlers.on("arguments", handler(new IllegalArgumentException(page), null));

        assertThat(fails("throw").message()).hasSize(1000);
        assertThat(fails("throw").backtrace())
                .anyMatch(line -> line.startsWith("Caused by: "))
                .allMatch(line -> line.length() <= 500);
        assertThat(fails("arguments").message()).hasSize(1000);
    }

    @Test
    void theTraceLeavesOutTheMachinery() {
        Exception thrown = new Exception("x");
        thrown.setStackTrace(new StackTraceElement[] {
            new StackTraceElement("app.Mailer", "welcome", "Mailer.java", 7),
            new StackTraceElement("java.lang.reflect.Method", "invoke", "Method.java", 1),
            new StackTraceElement("org.springframework.aop.framework.X", "proceed", "X.java", 1),
            new StackTraceElement("app.Advice", "around", "Advice.java", 9),
            new StackTraceElement("io.leek.worker.Run", "call", "Run.java", 1),
            new StackTraceElement("java.lang.Thread", "run", "Thread.java", 1)
        });

        assertThat(Backtrace.of(thrown, 50))
                .containsExactly("app.Mailer.welcome(Mailer.java:7)", "app.Advice.around(Advice.java:9)");
    }

    @Test
    void whatAMethodReturnsOrThrowsAfterItWasCancelledDoesNotCount() {
        handlers.on("returns", args -> {
            current.cancel();
            return Thread.currentThread().isInterrupted()
                    && TaskContext.current().orElseThrow().isCancelled();
        });
        handlers.on("throws", args -> {
            current.cancel();
            TaskContext.current().orElseThrow().throwIfCancelled();
            return "not reached";
        });

        for (String name : List.of("returns", "throws")) {
            Command.Fail fail = fails(name);
            assertThat(fail.reason()).isEqualTo("cancelled");
            assertThat(fail.isFinal()).isTrue();
            assertThat(Thread.interrupted()).isFalse();
        }
    }

    @Test
    void whatHasCommittedStandsWhetherTheTimeWasOverBeforeOrAfterwards() {
        handlers.on("before", committing(() -> {}, () -> current.timeOut()));
        handlers.on("afterwards", committing(() -> current.timeOut(), () -> {}));

        for (String name : List.of("before", "afterwards")) {
            Command answer = run(name, "[]");
            assertThat(answer).isEqualTo(new Command.Ack("task-0001", null, "lease-1", true));
            assertThat(current.isToBeTold(answer)).isTrue();
        }
    }

    @Test
    void aRunThatIsCancelledBeforeItBeginsNeverDoesAndThatWhichHasEndedIsNotInterrupted() {
        handlers.on("begins", args -> {
            throw new AssertionError("it began");
        });
        Run run = new Run(handlers, assignment("begins", "[]", 0), Reported.NOTHING);
        run.cancel();

        assertThat(run.perform()).isEqualTo(new Command.Release("task-0001", "lease-1", 0L));
        assertThat(run.cancel()).isFalse();
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void whetherATimeoutIsFollowedByARetrySaysTheTaskAsOfAnException() {
        handlers.on("slow", new TaskHandler() {
            @Override
            public Object[] bind(ArrayNode args) {
                return new Object[0];
            }

            @Override
            public @Nullable Object call(@Nullable Object[] arguments) {
                current.timeOut();
                return null;
            }

            @Override
            public boolean mayRetry(Throwable thrown) {
                return !(thrown instanceof TimeoutException);
            }

            @Override
            public @Nullable String write(@Nullable Object result) {
                return null;
            }
        });

        Command.Fail fail = fails("slow");

        assertThat(fail.reason()).isEqualTo("timeout");
        assertThat(fail.isFinal()).isTrue();
    }

    @Test
    void progressIsToldAtOnceThenOnceASecondAndTheLastWordBeforeTheAnswer() {
        Reported reported = new Reported();
        handlers.on("counts", args -> {
            TaskContext task = TaskContext.current().orElseThrow();
            task.progress(1, 9);
            task.progress(2, 9);
            task.log("half\nway");
            task.progress(3, 9, "three");
            assertThat(reported.putOff()).isEqualTo(1);
            reported.pass(RunReport.INTERVAL);
            task.progress(9, 9);
            return null;
        });

        new Run(handlers, assignment("counts", "[]", 0), reported::of).perform();

        assertThat(reported.sent)
                .containsExactly(
                        new Command.Progress("task-0001", "lease-1", 1L, 9L, null, null),
                        new Command.Progress("task-0001", "lease-1", 3L, 9L, "three", List.of("half", "way")),
                        new Command.Progress("task-0001", "lease-1", 9L, 9L, null, null));
        reported.pass(RunReport.INTERVAL);
        assertThat(reported.sent).as("nothing comes after the end").hasSize(3);
    }

    @Test
    void theLogHasTheTasksIdNameAndAttemptWhileItRuns() {
        handlers.on(
                "logs", args -> MDC.get("leek.task") + " " + MDC.get("leek.task.name") + " " + MDC.get("leek.attempt"));

        assertThat(((Command.Ack) run("logs", "[]")).result()).isEqualTo("\"task-0001 logs 3\"");
        assertThat(MDC.get("leek.task.name")).isNull();
        assertThat(MDC.get("leek.attempt")).isNull();
    }

    private static TaskHandler committing(Runnable before, Runnable afterwards) {
        return new TaskHandler() {
            @Override
            public Object[] bind(ArrayNode args) {
                return new Object[0];
            }

            @Override
            public @Nullable Object call(@Nullable Object[] arguments) {
                throw new AssertionError("called without its attempt");
            }

            @Override
            public @Nullable Object call(@Nullable Object[] arguments, Attempt attempt) {
                before.run();
                attempt.committed();
                afterwards.run();
                return null;
            }

            @Override
            public @Nullable String write(@Nullable Object result) {
                return null;
            }
        };
    }

    private Command.Fail fails(String name) {
        return (Command.Fail) run(name, "[]");
    }

    private Command run(String name, String args) {
        current = new Run(handlers, assignment(name, args, 0), Reported.NOTHING);
        return current.perform();
    }

    private static Assignment assignment(String name, String args, int backtrace) {
        return new Assignment(
                "task-0001", name, (ArrayNode) TaskJson.MAPPER.readTree(args), "lease-1", 3, backtrace, null);
    }

    private static int overflow(int depth) {
        return overflow(depth + 1) + 1;
    }

    private static TaskHandler handler(@Nullable Throwable onBind, @Nullable Throwable onWrite) {
        return new TaskHandler() {
            @Override
            public Object[] bind(ArrayNode args) {
                return thrown(onBind) ? new Object[0] : new Object[] {args};
            }

            @Override
            public @Nullable Object call(@Nullable Object[] arguments) {
                return null;
            }

            @Override
            public @Nullable String write(@Nullable Object result) {
                return thrown(onWrite) ? "" : null;
            }
        };
    }

    private static TaskHandler choosy(Exception thrown) {
        return new TaskHandler() {
            @Override
            public Object[] bind(ArrayNode args) {
                return new Object[] {args};
            }

            @Override
            public @Nullable Object call(@Nullable Object[] arguments) throws Exception {
                throw thrown;
            }

            @Override
            public boolean mayRetry(Throwable e) {
                return false;
            }

            @Override
            public @Nullable String write(@Nullable Object result) {
                return null;
            }
        };
    }

    private static boolean thrown(@Nullable Throwable thrown) {
        if (thrown instanceof RuntimeException e) {
            throw e;
        } else if (thrown instanceof Error e) {
            throw e;
        }
        return false;
    }

    private static final class Unreadable extends RuntimeException {
        private static final long serialVersionUID = 1L;

        @Override
        public String getMessage() {
            throw new UnsupportedOperationException("no message");
        }
    }
}
