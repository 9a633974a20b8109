package io.leek.spring.offload;

import static java.time.Duration.ofMinutes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leek.Leek;
import io.leek.LeekTask;
import io.leek.OffloadSpec;
import io.leek.Task0;
import io.leek.Task1;
import io.leek.Task2;
import io.leek.Task3;
import io.leek.Task4;
import io.leek.TaskFailedException;
import io.leek.TaskHandle;
import io.leek.TaskMethod;
import io.leek.task.FailureReason;
import io.leek.task.RetryBackoff;
import io.leek.task.Task;
import io.leek.task.TaskFailure;
import io.leek.task.TaskQuery;
import io.leek.task.TaskState;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.node.ObjectNode;

class FormsOfOffloadingTest {

    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");

    private final AnnotationConfigApplicationContext context =
            new AnnotationConfigApplicationContext(OffloadConfiguration.class, App.class);
    private final Leek leek = context.getBean(Leek.class);
    private final RecordingGateway gateway = context.getBean(RecordingGateway.class);
    private final Mailer mailer = context.getBean(Mailer.class);
    private final Reports reports = context.getBean(Reports.class);

    @Test
    void everyFormOfTheDesignCompilesAndSendsItsTask() {
        List<String> addresses = List.of("a@example.org", "b@example.org");
        String id = "0198-0000-id";

        leek.offload(() -> mailer.welcome("ada@example.org")); // first choice
        leek.offload(Mailer.class, m -> m.welcome("ada@example.org")); // no bean at hand, or from inside Mailer
        leek.offload(() -> leek.on(Reports.class).build(7)); // the same with a result; on("name", Type) too
        Task1<String, Void> welcome = leek.task(mailer::welcome); // a task to keep and pass on
        welcome.offload("ada@example.org");
        TaskHandle<Report> h = leek.with().delay(ofMinutes(5)).key("r:7").offload(() -> reports.build(7));
        leek.offloadAll(addresses, mailer::welcome); // many, one commit
        leek.push("mailer.welcome", "ada@example.org"); // by name, or with a Map by parameter name
        Optional<Task> t = leek.find(id);
        TaskHandle<Report> again = leek.handle(id, Report.class);

        assertThat(gateway.pushes)
                .extracting(
                        push -> push.stream().map(FormsOfOffloadingTest::call).toList())
                .containsExactly(
                        List.of("mailer.welcome[\"ada@example.org\"]"),
                        List.of("mailer.welcome[\"ada@example.org\"]"),
                        List.of("reports.build[7]"),
                        List.of("mailer.welcome[\"ada@example.org\"]"),
                        List.of("reports.build[7]"),
                        List.of("mailer.welcome[\"a@example.org\"]", "mailer.welcome[\"b@example.org\"]"),
                        List.of("mailer.welcome[\"ada@example.org\"]"));
        assertThat(mailer.sent()).isEmpty();
        assertThat(h.isNew()).isTrue();
        assertThat(t).isEmpty();
        assertThat(again.id()).isEqualTo(id);
    }

    @Test
    void aDirectCallStaysAnOrdinaryCall() {
        mailer.welcome("ada@example.org");

        assertThat(reports.build(7)).isEqualTo(new Report(7, "seven"));
        assertThat(mailer.sent()).containsExactly("ada@example.org");
        assertThat(gateway.pushes).isEmpty();
    }

    @Test
    void tasksOfZeroToFourArgumentsResolveByTheirReferences() {
        Task0<Void> none = leek.task(mailer::none);
        Task2<String, Integer, Void> two = leek.task(mailer::two);
        Task3<String, Integer, Boolean, Void> three = leek.task(mailer::three);
        Task4<String, Integer, Boolean, Long, Void> four = leek.task(mailer::four);
        Task0<Integer> zeroValue = leek.task(reports::count);
        Task1<Integer, Report> oneValue = leek.task(reports::build);
        Task2<Integer, String, Report> twoValue = leek.task(reports::named);

        none.offload();
        two.offload("a", 1);
        three.offload("a", 1, true);
        four.offload("a", 1, true, 2L);
        TaskHandle<Integer> count = zeroValue.offload();
        TaskHandle<Report> built = oneValue.offload(7);
        TaskHandle<Report> named = twoValue.offload(7, "x");
        leek.offload(reports::count);
        List<TaskHandle<Report>> all = leek.offloadAll(List.of(1, 2), reports::build);
        leek.offloadAll(List.of("x"), (String address) -> mailer.welcome(address));

        assertThat(gateway.pushes)
                .extracting(push -> call(push.get(0)))
                .containsExactly(
                        "mailer.none[]",
                        "mailer.two[\"a\",1]",
                        "mailer.three[\"a\",1,true]",
                        "mailer.four[\"a\",1,true,2]",
                        "reports.count[]",
                        "reports.build[7]",
                        "reports.named[7,\"x\"]",
                        "reports.count[]",
                        "reports.build[1]",
                        "mailer.welcome[\"x\"]");
        assertThat(List.of(count.id(), built.id(), named.id())).doesNotHaveDuplicates();
        assertThat(all).hasSize(2);
    }

    @Test
    void innerClassesWorkAsLambdasDo() {
        leek.offload(new TaskMethod.Void0() {
            @Override
            public void call() {
                mailer.welcome("ada");
            }
        });
        leek.offload(Mailer.class, new TaskMethod.Void1<Mailer>() {
            @Override
            public void call(Mailer bean) {
                bean.welcome("ada");
            }
        });

        assertThat(gateway.pushes).hasSize(2);
    }

    @Test
    void aRecordCarriesTheAnnotationsOptions() {
        leek.offload(() -> mailer.urgent("ada"));

        ObjectNode record = gateway.only();
        assertThat(record.path("jid").asString()).hasSize(36);
        assertThat(record.path("jobtype").asString()).isEqualTo("urgent-mail");
        assertThat(record.path("queue").asString()).isEqualTo("mail");
        assertThat(record.path("priority").asInt()).isEqualTo(9);
        assertThat(record.path("retry").asInt()).isEqualTo(3);
        assertThat(record.has("at")).isFalse();
        assertThat(record.path("custom")).hasToString("{\"leek\":{\"retry\":{\"delay_ms\":1000}}}");
    }

    @Test
    void theApplicationsNumberOfRetriesIsSentWhereTheAnnotationSaysNone() {
        leek.offload(() -> mailer.welcome("ada"));

        assertThat(gateway.only().path("retry").asInt(-9)).isEqualTo(2);
        assertThat(gateway.only().path("queue").asString()).isEqualTo("default");
        assertThat(gateway.only().path("priority").asInt()).isEqualTo(5);
    }

    @Test
    void optionsOfOneOffloadWinOverTheAnnotation() {
        leek.with()
                .queue("other")
                .priority(1)
                .maxRetries(0)
                .key("k")
                .delay(Duration.ofSeconds(90))
                .offload(() -> mailer.urgent("ada"));

        ObjectNode record = gateway.only();
        assertThat(record.path("queue").asString()).isEqualTo("other");
        assertThat(record.path("priority").asInt()).isEqualTo(1);
        assertThat(record.path("retry").asInt(-9)).isZero();
        assertThat(record.path("at").asString()).isEqualTo("2026-03-01T10:01:30Z");
        assertThat(record.path("custom").path("leek").path("key").asString()).isEqualTo("k");
    }

    @Test
    void eachOptionAboutTheKeyTakesThePlaceOfTheOneBefore() {
        OffloadSpec plain = leek.with().maxRetries(0);
        plain.key("a", Duration.ofHours(1)).keyWhileQueued("b").offload(() -> mailer.welcome("ada"));
        assertThat(gateway.only().path("custom").path("leek").toString())
                .isEqualTo("{\"key\":\"b\",\"key_while\":\"queued\"}");
        gateway.pushes.clear();

        plain.keyWhileQueued("b").key("c", Duration.ofNanos(1_999_999)).offload(() -> mailer.welcome("ada"));
        assertThat(gateway.only().path("custom").path("leek").toString()).isEqualTo("{\"key\":\"c\",\"key_for_ms\":1}");
        gateway.pushes.clear();

        plain.key("c", Duration.ofHours(1)).key("d").offload(() -> mailer.welcome("ada"));
        assertThat(gateway.only().path("custom").path("leek").toString()).isEqualTo("{\"key\":\"d\"}");
    }

    @Test
    void aSpecIsNotChangedByTheOneMadeFromIt() {
        var spec = leek.with().queue("first");
        spec.queue("second");

        spec.offload(() -> mailer.welcome("ada"));

        assertThat(gateway.only().path("queue").asString()).isEqualTo("first");
    }

    @Test
    void optionsThatCannotBeAreRefusedByName() {
        assertThatThrownBy(() -> leek.with().priority(10)).hasMessage("priority must be 1 to 9, but was 10");
        assertThatThrownBy(() -> leek.with().queue("a b"))
                .hasMessageContaining("queue")
                .hasMessageContaining("'a b'");
        assertThatThrownBy(() -> leek.with().key(" ")).hasMessage("key must not be blank");
        assertThatThrownBy(() -> leek.with().key("k".repeat(256))).hasMessageContaining("256");
        assertThatThrownBy(() -> leek.with().keyWhileQueued(" ")).hasMessage("key must not be blank");
        assertThatThrownBy(() -> leek.with().key("k", Duration.ZERO))
                .hasMessage("the time of a key must be 1ms to 365d, but was PT0S");
        assertThatThrownBy(() -> leek.with().key("k", Duration.ofDays(366))).hasMessageContaining("365d");
        assertThatThrownBy(() -> leek.with().maxRetries(-1)).hasMessageContaining("maxRetries");
        assertThatThrownBy(() -> leek.with().delay(Duration.ofSeconds(-1))).hasMessageContaining("delay");
        assertThatThrownBy(() -> leek.with().at(Instant.MAX)).hasMessageContaining("at must be");
        assertThatThrownBy(() ->
                        leek.with().delay(Duration.ofSeconds(Long.MAX_VALUE)).offload(() -> mailer.welcome("ada")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("delay");
        assertThat(gateway.pushes).isEmpty();
    }

    @Test
    void aHandleBindsTheResultToTheMethodsReturnType() {
        TaskHandle<Report> handle = leek.offload(() -> reports.build(7));
        TaskHandle<List<Report>> all = leek.offload(() -> reports.all());

        assertThat(handle.result()).isEmpty();
        gateway.tasks.put(handle.id(), task(handle.id(), TaskState.SUCCESS, "{\"id\":7,\"title\":\"seven\"}", null));
        gateway.tasks.put(all.id(), task(all.id(), TaskState.SUCCESS, "[{\"id\":1,\"title\":\"one\"}]", null));

        assertThat(handle.result()).contains(new Report(7, "seven"));
        assertThat(all.result()).contains(List.of(new Report(1, "one")));
        assertThat(leek.handle(handle.id(), Report.class).result()).contains(new Report(7, "seven"));
    }

    @Test
    void theResultOfAFailedTaskIsAnExceptionThatSaysWhy() {
        TaskHandle<Report> handle = leek.offload(() -> reports.build(7));
        TaskFailure failure = TaskFailure.of(FailureReason.EXCEPTION, "java.io.IOException", "disk full", List.of());
        gateway.tasks.put(handle.id(), task(handle.id(), TaskState.FAILED, null, failure));

        assertThatThrownBy(handle::result)
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining(handle.id())
                .hasMessageContaining("disk full");
    }

    @Test
    void aTakenKeyGivesTheHandleOfTheTaskThatHasIt() {
        gateway.heldBy = "the-first-one";

        TaskHandle<Void> handle = leek.with().key("k").offload(() -> mailer.welcome("ada"));

        assertThat(handle.isNew()).isFalse();
        assertThat(handle.id()).isEqualTo("the-first-one");
    }

    @Test
    void argumentsByParameterNameAreSentInOrder() {
        leek.push("mailer.two", Map.of("count", 3, "to", "ada"));

        assertThat(call(gateway.only())).isEqualTo("mailer.two[\"ada\",3]");
    }

    @Test
    void pushRefusesWhatDoesNotFitTheParameters() {
        assertThatThrownBy(() -> leek.push("mailer.two", "ada"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Task mailer.two takes 2 arguments (String to, int count), but 1 were given");
        assertThatThrownBy(() -> leek.push("mailer.two", "ada", "secret"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("argument 2 (count) must be int")
                .hasMessageContaining("a string")
                .hasMessageNotContaining("secret");
        assertThatThrownBy(() -> leek.push("mailer.two", "ada", null)).hasMessageContaining("null");
        assertThatThrownBy(() -> leek.push("mailer.two", Map.of("to", "ada"))).hasMessageContaining("'count'");
        Map<String, Object> more = new LinkedHashMap<>(Map.of("to", "ada", "count", 1, "typo", 2));
        assertThatThrownBy(() -> leek.push("mailer.two", more)).hasMessageContaining("[typo]");
        assertThatThrownBy(() -> leek.push("elsewhere", Map.of("a", 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("elsewhere");
        assertThat(gateway.pushes).isEmpty();
    }

    @Test
    void aTaskThatOnlyOthersKnowCanBePushedInOrder() {
        leek.with().queue("python").push("resize", "a.png", 200, List.of(1, 2), null);

        assertThat(call(gateway.only())).isEqualTo("resize[\"a.png\",200,[1,2],null]");
        assertThat(gateway.only().path("queue").asString()).isEqualTo("python");
    }

    @Test
    void offloadingAllOfNothingSendsNothing() {
        assertThat(leek.offloadAll(List.<String>of(), mailer::welcome)).isEmpty();
        assertThat(gateway.pushes).isEmpty();
    }

    @Test
    void questionsGoToTheGateway() {
        gateway.tasks.put("some-task", task("some-task", TaskState.FAILED, null, null));

        assertThat(leek.find("some-task")).isPresent();
        assertThat(leek.list(TaskQuery.failed())).hasSize(1);
        assertThat(leek.count(TaskQuery.failed())).isOne();
        assertThat(leek.retry("some-task")).isTrue();
        assertThat(leek.retryAll(TaskQuery.failed())).isOne();
    }

    private static String call(ObjectNode record) {
        return record.path("jobtype").asString() + record.path("args");
    }

    private static Task task(String id, TaskState state, @Nullable String result, @Nullable TaskFailure failure) {
        return new Task(
                id, "t", "default", state, "{}", 5, null, NOW, null, NOW, NOW, 1, 0, null, false, result, failure);
    }

    @Configuration(proxyBeanMethods = false)
    static class App {

        @Bean
        RecordingGateway gateway() {
            return new RecordingGateway();
        }

        @Bean
        OffloadSettings settings() {
            return new OffloadSettings(2, RetryBackoff.DEFAULT, Clock.fixed(NOW, ZoneOffset.UTC));
        }

        @Bean
        Mailer mailer() {
            return new Mailer();
        }

        @Bean
        Reports reports() {
            return new Reports();
        }
    }

    record Report(int id, String title) {}

    static class Mailer {

        private final List<String> sent = new java.util.ArrayList<>();

        @LeekTask
        public void welcome(String to) {
            sent.add(to);
        }

        @LeekTask(name = "urgent-mail", queue = "mail", priority = 9, maxRetries = 3)
        public void urgent(String to) {
            sent.add(to);
        }

        @LeekTask
        public void none() {}

        @LeekTask
        public void two(String to, int count) {}

        @LeekTask
        public void three(String to, int count, boolean html) {}

        @LeekTask
        public void four(String to, int count, boolean html, long size) {}

        public List<String> sent() {
            return sent;
        }
    }

    static class Reports {

        @LeekTask
        public Report build(int id) {
            return new Report(id, "seven");
        }

        @LeekTask
        public Report named(int id, String title) {
            return new Report(id, title);
        }

        @LeekTask
        public int count() {
            return 1;
        }

        @LeekTask
        public List<Report> all() {
            return List.of();
        }
    }
}
