package io.leek.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.leek.client.TaskGateway;
import io.leek.server.LeekServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

/** Mistakes in the set-up are found at start, and the log says what to do. */
@ExtendWith(OutputCaptureExtension.class)
class SetupTest {

    private final ApplicationContextRunner runner =
            new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(LeekAutoConfiguration.class));

    @Test
    void inAppWithoutTheServerOnTheClasspathSaysSo() {
        runner.withClassLoader(new FilteredClassLoader(LeekServer.class))
                .withPropertyValues("leek.mode=in-app")
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .isInstanceOf(ServerMissingException.class)
                        .hasMessageContaining("leek-server is not on the classpath"));
    }

    @Test
    void withoutTheServerOnTheClasspathTheModeIsRemote() {
        runner.withClassLoader(new FilteredClassLoader(LeekServer.class)).run(context -> assertThat(context)
                .hasNotFailed()
                .hasSingleBean(TaskGateway.class)
                .doesNotHaveBean(WorkerLifecycle.class));
    }

    @Test
    void aPortThatKubernetesHasSetIsExplained(CapturedOutput output) {
        fails("leek.port=tcp://10.0.0.1:8002", "leek.mode=remote");

        assertThat(output).contains("LEEK_PORT that Kubernetes sets").contains("enableServiceLinks: false");
    }

    @Test
    void theApplicationsDatabaseIsAskedForAndThereIsNone(CapturedOutput output) {
        fails("leek.store=application");

        assertThat(output).contains("the application has no DataSource").contains("Set leek.store=file");
    }

    @Test
    void anAddressOpenToTheNetworkNeedsAPassword(CapturedOutput output) {
        fails("leek.store=file", "leek.server.data-dir=target/setup-test/open", "leek.bind=0.0.0.0:0");

        assertThat(output).contains("can be reached from other machines").contains("Set leek.password");
    }

    private static void fails(String... properties) {
        SpringApplication application = new SpringApplicationBuilder(Application.class)
                .properties(properties)
                .properties("spring.main.web-application-type=none")
                .application();
        try (ConfigurableApplicationContext context = application.run()) {
            throw new AssertionError("it started: " + context);
        } catch (RuntimeException expected) {
            assertThat(expected).isNotNull();
        }
    }

    @SpringBootConfiguration(proxyBeanMethods = false)
    @ImportAutoConfiguration(LeekAutoConfiguration.class)
    static class Application {}
}
