package io.leek.spring.offload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leek.Leek;
import io.leek.LeekTask;
import io.leek.TaskCaptureException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.JsonNode;

/** What an offload says of the mutex of its task. */
class MutexTest {

    private final AnnotationConfigApplicationContext context =
            new AnnotationConfigApplicationContext(OffloadConfiguration.class, App.class);
    private final Leek leek = context.getBean(Leek.class);
    private final RecordingGateway gateway = context.getBean(RecordingGateway.class);
    private final Billing billing = context.getBean(Billing.class);

    @Test
    void theMutexIsWorkedOutFromTheArgumentsOfTheCall() {
        leek.offload(() -> billing.charge(7, "ada"));

        assertThat(mutex()).hasToString("{\"name\":\"customer:7\"}");
    }

    @Test
    void argumentsCanBeNamedByTheirPlaceAndHaveProperties() {
        leek.offload(() -> billing.report(new Customer(8, "Ada")));

        assertThat(mutex()).hasToString("{\"name\":\"8 Ada\",\"limit\":3}");
    }

    @Test
    void anExpressionCanAskABean() {
        leek.offload(() -> billing.mail(9));

        assertThat(mutex()).hasToString("{\"name\":\"tenant of 9\",\"ordered\":true}");
    }

    @Test
    void aCallByNameHasTheSameMutex() {
        leek.push("billing.charge", 7, "ada");
        assertThat(mutex()).hasToString("{\"name\":\"customer:7\"}");

        gateway.pushes.clear();
        leek.push("billing.charge", Map.of("id", 7, "name", "ada"));
        assertThat(mutex()).hasToString("{\"name\":\"customer:7\"}");
    }

    @Test
    void aTaskWithoutAMutexSaysNothing() {
        leek.offload(() -> billing.plain());

        assertThat(gateway.only().has("custom")).isFalse();
    }

    @Test
    void anOffloadCanNameAnotherAndKeepsItsKey() {
        leek.with().key("k").mutex("other", 5).offload(() -> billing.charge(7, "ada"));

        assertThat(mutex()).hasToString("{\"name\":\"other\",\"limit\":5}");
        assertThat(gateway.only().path("custom").path("leek").path("key").asString())
                .isEqualTo("k");
    }

    @Test
    void whatAnOffloadDoesNotSayOfItsMutexComesFromTheAnnotation() {
        leek.with().mutex("other").offload(() -> billing.report(new Customer(8, "Ada")));
        assertThat(mutex()).hasToString("{\"name\":\"other\",\"limit\":3}");

        gateway.pushes.clear();
        leek.with().ordered().offload(() -> billing.charge(7, "ada"));
        assertThat(mutex()).hasToString("{\"name\":\"customer:7\",\"ordered\":true}");
    }

    @Test
    void aMutexCanBeNamedForATaskThatHasNone() {
        leek.with().mutex("reports").ordered().offload(() -> billing.plain());

        assertThat(mutex()).hasToString("{\"name\":\"reports\",\"ordered\":true}");
    }

    @Test
    void anExpressionThatGivesNothingIsRefusedBeforeAnythingIsSent() {
        assertThatThrownBy(() -> leek.offload(() -> billing.report(new Customer(8, null))))
                .isInstanceOf(TaskCaptureException.class)
                .hasMessageContaining(
                        "Task billing.report: the mutex #a0.name == null ? null : #p0.id + ' ' + #a0.name")
                .hasMessageContaining("but it gave null")
                .hasMessageContaining("Nothing was sent");
        assertThatThrownBy(() -> leek.offload(() -> billing.report(null)))
                .isInstanceOf(TaskCaptureException.class)
                .hasMessageContaining("but it failed");
        assertThat(gateway.pushes).isEmpty();
    }

    @Test
    void whatCanNotBeIsRefusedAtTheCall() {
        assertThatThrownBy(() -> leek.with().mutex(" ")).hasMessage("mutex must not be blank");
        assertThatThrownBy(() -> leek.with().mutex("m", 0)).hasMessage("mutex limit must be 1 to 1000, but was 0");
        assertThatThrownBy(() -> leek.with().mutex("x".repeat(256)))
                .hasMessage("mutex must be at most 255 characters, but has 256");
        assertThatThrownBy(() -> leek.with().mutex("m", 2).ordered())
                .hasMessageStartingWith("an ordered mutex must have limit 1");
        assertThatThrownBy(() -> leek.with().ordered().offload(() -> billing.plain()))
                .hasMessage("Task billing.plain has no mutex to be ordered in. Say mutex(name) too");
        assertThat(gateway.pushes).isEmpty();
    }

    private JsonNode mutex() {
        return gateway.only().path("custom").path("leek").path("mutex");
    }

    record Customer(long id, String name) {}

    static class Billing {

        @LeekTask(mutex = "'customer:' + #id")
        public void charge(long id, String name) {}

        @LeekTask(mutex = "#a0.name == null ? null : #p0.id + ' ' + #a0.name", mutexLimit = 3)
        public void report(Customer customer) {}

        @LeekTask(mutex = "@tenants.of(#id)", ordered = true)
        public void mail(long id) {}

        @LeekTask
        public void plain() {}
    }

    static class Tenants {

        public String of(long id) {
            return "tenant of " + id;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class App {

        @Bean
        RecordingGateway gateway() {
            return new RecordingGateway();
        }

        @Bean
        Billing billing() {
            return new Billing();
        }

        @Bean
        Tenants tenants() {
            return new Tenants();
        }
    }
}
