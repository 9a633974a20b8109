package io.leek.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.CommandLineRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Profile;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;

/** An application that a companion runs as a worker. */
@ExtendWith(OutputCaptureExtension.class)
class WorkerProcessTest {

    /** Nobody listens there. */
    private static final String[] WORKER = {"--leek.role=worker", "--leek.port=1"};

    @Test
    void whatRunsInBothProcessesIsListedOnceWithHowToSwitchItOff(CapturedOutput output) {
        try (ConfigurableApplicationContext context = application(Busy.class).run(WORKER)) {
            assertThat(context.getBeanFactory().containsSingleton("lazyJobs")).isFalse();
        }

        assertThat(output.getOut().lines().filter(line -> line.contains("also runs what the application itself runs")))
                .singleElement()
                .asString()
                .contains("@KafkaListener Orders.take, @Scheduled Jobs.hourly, @Scheduled Jobs.purge, runner seed,"
                        + " runner warm.")
                .contains("@Profile(\"!leek-worker\")")
                .doesNotContain("onlyInTheApplication");
    }

    @Test
    void withoutAnyOfThatNothingIsSaidAboutIt(CapturedOutput output) {
        application(Plain.class).run(WORKER).close();

        assertThat(output).contains("Leek runs as a worker: tasks are kept by the server at localhost:1");
        assertThat(output).doesNotContain("also runs");
    }

    @Test
    void theApplicationItselfListsNothing(CapturedOutput output) {
        application(Busy.class).run("--leek.mode=remote", "--leek.port=1").close();

        assertThat(output).doesNotContain("also runs");
    }

    @Test
    void noSettingOfTheApplicationsStartsAWebServer() {
        SpringApplication application = application(Plain.class)
                .web(WebApplicationType.SERVLET)
                .properties("spring.main.web-application-type=reactive", "management.server.port=9999")
                .application();
        try (ConfigurableApplicationContext context = application.run(
                "--leek.role=worker",
                "--leek.port=1",
                "--spring.main.web-application-type=servlet",
                "--management.server.port=9998")) {
            assertThat(application.getWebApplicationType()).isEqualTo(WebApplicationType.NONE);
            assertThat(context.getEnvironment().getProperty("management.server.port"))
                    .isEqualTo("-1");
            assertThat(context.getEnvironment().matchesProfiles("leek-worker")).isTrue();
        }
    }

    @Test
    void aRoleInAConfigurationFileMakesAWorkerToo(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(
                folder.resolve("application.properties"),
                "leek.role=worker\nleek.port=1\nspring.main.web-application-type=servlet\n");
        SpringApplication application = application(Plain.class).application();
        try (ConfigurableApplicationContext context = application.run("--spring.config.additional-location=" + file)) {
            assertThat(application.getWebApplicationType()).isEqualTo(WebApplicationType.NONE);
            assertThat(context.getEnvironment().matchesProfiles("leek-worker")).isTrue();
        }
    }

    private static SpringApplicationBuilder application(Class<?> configuration) {
        return new SpringApplicationBuilder(configuration);
    }

    @SpringBootConfiguration(proxyBeanMethods = false)
    @ImportAutoConfiguration(LeekAutoConfiguration.class)
    static class Plain {}

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration(LeekAutoConfiguration.class)
    @EnableScheduling
    static class Busy {

        @Bean
        @Lazy
        Jobs lazyJobs() {
            return new Jobs();
        }

        @Bean
        Orders orders() {
            return new Orders();
        }

        @Bean
        CommandLineRunner seed() {
            return arguments -> assertThat(arguments).isNotEmpty();
        }

        @Bean
        Warm warm() {
            return new Warm();
        }

        @Bean
        @Profile("!leek-worker")
        CommandLineRunner onlyInTheApplication() {
            return arguments -> assertThat(arguments).isNotEmpty();
        }
    }

    static class Jobs {

        @Scheduled(cron = "0 0 3 * * *")
        public void purge() {
            throw new IllegalStateException("not to be made");
        }

        @Scheduled(cron = "0 0 3 * * *")
        @Scheduled(cron = "0 0 4 * * *")
        public void hourly() {
            throw new IllegalStateException("not to be made");
        }
    }

    static class Orders {

        @KafkaListener
        public void take(String order) {
            throw new IllegalStateException(order);
        }
    }

    static class Warm implements ApplicationRunner {

        @Override
        public void run(ApplicationArguments arguments) {
            assertThat(arguments.getSourceArgs()).isNotEmpty();
        }
    }
}
