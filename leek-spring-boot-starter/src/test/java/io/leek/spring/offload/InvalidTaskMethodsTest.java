package io.leek.spring.offload;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.leek.LeekTask;
import jakarta.persistence.Entity;
import java.io.InputStream;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.scheduling.annotation.Async;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.annotation.JsonDeserialize;

class InvalidTaskMethodsTest {

    static Stream<Arguments> refused() {
        return Stream.of(
                Arguments.of(PrivateMethod.class, "is private"),
                Arguments.of(StaticMethod.class, "is static"),
                Arguments.of(FinalMethod.class, "is final"),
                Arguments.of(FinalClass.class, "belongs to a final class"),
                Arguments.of(AsyncMethod.class, "is also @Async"),
                Arguments.of(AsyncClass.class, "is also @Async"),
                Arguments.of(ReturnsFuture.class, "returns a CompletableFuture"),
                Arguments.of(ReturnsPublisher.class, "returns a Publisher"),
                Arguments.of(Overloads.class, "has the name 'overloads.work'"),
                Arguments.of(BadQueue.class, "names the queue 'a queue'"),
                Arguments.of(BadPriority.class, "has priority 0"),
                Arguments.of(BadRetries.class, "has maxRetries -2"),
                Arguments.of(
                        BadTimeout.class, "has a timeout that can't be: timeout must be 1ms to 365d, but was PT0S"),
                Arguments.of(RecurringWithArguments.class, "is queued by itself, but takes arguments"),
                Arguments.of(BadCron.class, "cron 'every day': Cron expression must consist of 6 fields"),
                Arguments.of(BadZone.class, "there is no time zone 'Europe/Wien'"),
                Arguments.of(BadFixedDelay.class, "fixedDelay must be a duration, but was 'soon'"),
                Arguments.of(CronAndDelay.class, "has cron and fixedDelay, but only one of them can be"),
                Arguments.of(BadDelay.class, "delay must be a duration, but was 'soon'"),
                Arguments.of(BadPlaceholder.class, "no.such.delay"),
                Arguments.of(BadMultiplier.class, "multiplier must be 1 or more, but was 0.5"),
                Arguments.of(BadJitter.class, "jitter must be 0 to 365 days, but was PT-1S"),
                Arguments.of(BadMutex.class, "has the mutex customer: #id, which is no SpEL expression"),
                Arguments.of(BadMutexLimit.class, "has mutexLimit 1001"),
                Arguments.of(OrderedSemaphore.class, "has mutexLimit 2 and ordered"),
                Arguments.of(LimitWithoutMutex.class, "has mutexLimit, but no mutex"),
                Arguments.of(OrderedWithoutMutex.class, "has ordered, but no mutex"),
                Arguments.of(LongName.class, "has a name of 256 characters"),
                Arguments.of(TakesEntity.class, "argument 1 (photo) can't be kept as JSON"),
                Arguments.of(TakesEntity.class, "is a JPA entity"),
                Arguments.of(TakesEntity.class, "Pass its id"),
                Arguments.of(TakesNestedEntity.class, "its property Holder.photos"),
                Arguments.of(TakesObject.class, "java.lang.Object is open"),
                Arguments.of(TakesMapOfObjects.class, "java.lang.Object is open"),
                Arguments.of(TakesStream.class, "is a stream"),
                Arguments.of(TakesThread.class, "java.lang.Thread belongs to the running process"),
                Arguments.of(TakesClass.class, "would let a payload name a class"),
                Arguments.of(TakesFunction.class, "is a function"),
                Arguments.of(TakesInterface.class, "is an interface"),
                Arguments.of(TakesOptionalInterface.class, "is an interface"),
                Arguments.of(TakesBadKey.class, "can't be the key"),
                Arguments.of(TakesRecordKey.class, "can't be the key"),
                Arguments.of(TakesClassNames.class, "keeps a class name in its JSON"),
                Arguments.of(TakesUnbuildable.class, "has no constructor"),
                Arguments.of(TakesOpaque.class, "none that Jackson can see"),
                Arguments.of(TakesUnresolved.class, "java.lang.Object is open"),
                Arguments.of(ReturnsInterface.class, "has a result that can't be kept as JSON"));
    }

    @ParameterizedTest
    @MethodSource
    void refused(Class<?> bean, String reason) {
        Contexts.recording()
                .withBean(
                        Character.toLowerCase(bean.getSimpleName().charAt(0))
                                + bean.getSimpleName().substring(1),
                        bean)
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .isInstanceOf(InvalidTaskMethodException.class)
                        .hasMessageContaining(bean.getSimpleName())
                        .hasMessageContaining(reason));
    }

    @Test
    void typesThatComeBackAsTheyWereAreAccepted() {
        Contexts.recording().withBean("fine", Fine.class).run(context -> assertThat(
                        context.getBean(TaskMethods.class).names())
                .containsExactlyInAnyOrder("fine.plain", "fine.collections", "fine.shapes", "fine.own", "fine.tree"));
    }

    @Test
    void beansOfARequestAreRefused() {
        for (String scope : List.of("request", "session")) {
            Contexts.recording()
                    .withInitializer(context -> context.getBeanFactory()
                            .registerScope(scope, new org.springframework.context.support.SimpleThreadScope()))
                    .withBean("scoped", Scoped.class, Scoped::new, definition -> definition.setScope(scope))
                    .run(context ->
                            assertThat(context).getFailure().rootCause().hasMessageContaining("scope " + scope));
        }
    }

    @Test
    void oneExplicitNameForTwoBeansIsRefusedWithBoth() {
        Contexts.recording()
                .withBean("first", Named.class)
                .withBean("second", Named.class)
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .hasMessageContaining("'first'")
                        .hasMessageContaining("'second'")
                        .hasMessageContaining("unique"));
    }

    @Test
    void twoBeansOfOneClassHaveNamesOfTheirOwnByDefault() {
        Contexts.recording()
                .withBean("first", Scoped.class)
                .withBean("second", Scoped.class)
                .run(context -> assertThat(context.getBean(TaskMethods.class).names())
                        .containsExactlyInAnyOrder("first.work", "second.work"));
    }

    @Test
    void everyFaultIsToldAtOnce() {
        Contexts.recording()
                .withBean(PrivateMethod.class)
                .withBean(BadQueue.class)
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .hasMessageContaining("is private")
                        .hasMessageContaining("a queue"));
    }

    @Test
    void theFailureAnalyzerIsRegisteredAndSaysWhatToDo() {
        var failure = new InvalidTaskMethodException(
                List.of(new InvalidTaskMethodException.Problem("App.work()", "is private", "Remove 'private'.")));

        var analyses = SpringFactoriesLoader.forDefaultResourceLocation()
                .load(
                        FailureAnalyzer.class,
                        null,
                        SpringFactoriesLoader.FailureHandler.handleMessage((message, cause) -> {}))
                .stream()
                .map(analyzer -> analyzer.analyze(failure))
                .filter(analysis -> analysis != null)
                .toList();

        assertThat(analyses).singleElement().satisfies(analysis -> {
            assertThat(analysis.getDescription()).contains("App.work() is private.");
            assertThat(analysis.getAction()).contains("Remove 'private'.");
        });
    }

    @Test
    void lazyInitializationDoesNotPutTheRefusalOff() {
        SpringApplication application = new SpringApplication(OffloadConfiguration.class);
        application.setWebApplicationType(org.springframework.boot.WebApplicationType.NONE);
        application.setLazyInitialization(true);
        application.addInitializers(context -> {
            var registry = (org.springframework.context.support.GenericApplicationContext) context;
            registry.registerBean(RecordingGateway.class);
            registry.registerBean(PrivateMethod.class);
        });

        org.assertj.core.api.Assertions.assertThatThrownBy(application::run)
                .hasRootCauseInstanceOf(InvalidTaskMethodException.class);
    }

    static class PrivateMethod {
        @LeekTask
        private void work() {}
    }

    static class StaticMethod {
        @LeekTask
        public static void work() {}
    }

    static class FinalMethod {
        @LeekTask
        public final void work() {}
    }

    static final class FinalClass {
        @LeekTask
        public void work() {}
    }

    static class AsyncMethod {
        @Async
        @LeekTask
        public void work() {}
    }

    @Async
    static class AsyncClass {
        @LeekTask
        public void work() {}
    }

    static class ReturnsFuture {
        @LeekTask
        public CompletableFuture<String> work() {
            return CompletableFuture.completedFuture("");
        }
    }

    static class ReturnsPublisher {
        @LeekTask
        public java.util.concurrent.Flow.Publisher<String> work() {
            throw new UnsupportedOperationException();
        }
    }

    static class Overloads {
        @LeekTask
        public void work(String text) {}

        @LeekTask
        public void work(int number) {}
    }

    static class BadQueue {
        @LeekTask(queue = "a queue")
        public void work() {}
    }

    static class BadPriority {
        @LeekTask(priority = 0)
        public void work() {}
    }

    static class RecurringWithArguments {
        @LeekTask(cron = "@daily")
        public void work(String argument) {}
    }

    static class BadCron {
        @LeekTask(cron = "every day")
        public void work() {}
    }

    static class BadZone {
        @LeekTask(cron = "@daily", zone = "Europe/Wien")
        public void work() {}
    }

    static class BadFixedDelay {
        @LeekTask(fixedDelay = "soon")
        public void work() {}
    }

    static class CronAndDelay {
        @LeekTask(cron = "@daily", fixedDelay = "1s")
        public void work() {}
    }

    static class BadTimeout {

        @LeekTask(timeout = "0s")
        public void run() {}
    }

    static class BadRetries {
        @LeekTask(maxRetries = -2)
        public void work() {}
    }

    static class BadDelay {
        @LeekTask(delay = "soon")
        public void work() {}
    }

    static class BadPlaceholder {
        @LeekTask(delay = "${no.such.delay}")
        public void work() {}
    }

    static class BadMultiplier {
        @LeekTask(multiplier = 0.5)
        public void work() {}
    }

    static class BadJitter {
        @LeekTask(jitter = "-1s")
        public void work() {}
    }

    static class BadMutex {
        @LeekTask(mutex = "customer: #id")
        public void work(long id) {}
    }

    static class BadMutexLimit {
        @LeekTask(mutex = "'m'", mutexLimit = 1001)
        public void work() {}
    }

    static class OrderedSemaphore {
        @LeekTask(mutex = "'m'", mutexLimit = 2, ordered = true)
        public void work() {}
    }

    static class LimitWithoutMutex {
        @LeekTask(mutexLimit = 2)
        public void work() {}
    }

    static class OrderedWithoutMutex {
        @LeekTask(ordered = true)
        public void work() {}
    }

    static class LongName {
        private static final String SIXTEEN = "sixteen letters!";
        private static final String SIXTY_FOUR = SIXTEEN + SIXTEEN + SIXTEEN + SIXTEEN;

        @LeekTask(name = SIXTY_FOUR + SIXTY_FOUR + SIXTY_FOUR + SIXTY_FOUR)
        public void work() {}
    }

    @Entity
    public static class Photo {
        public Long id;
    }

    record Holder(List<Photo> photos) {}

    static class TakesEntity {
        @LeekTask
        public void work(Photo photo) {}
    }

    static class TakesNestedEntity {
        @LeekTask
        public void work(Holder holder) {}
    }

    static class TakesObject {
        @LeekTask
        public void work(Object any) {}
    }

    static class TakesMapOfObjects {
        @LeekTask
        public void work(Map<String, List<Object>> any) {}
    }

    static class TakesStream {
        @LeekTask
        public void work(InputStream content) {}
    }

    static class TakesThread {
        @LeekTask
        public void work(Thread thread) {}
    }

    static class TakesClass {
        @LeekTask
        public void work(Class<?> type) {}
    }

    static class TakesFunction {
        @LeekTask
        public void work(Supplier<String> text) {}
    }

    interface Plugin {
        String id();
    }

    static class TakesInterface {
        @LeekTask
        public void work(Plugin plugin) {}
    }

    static class TakesOptionalInterface {
        @LeekTask
        public void work(Optional<Plugin> plugin) {}
    }

    public static class Coordinates {
        public int x;
    }

    record Key(String text) {}

    static class TakesBadKey {
        @LeekTask
        public void work(Map<Coordinates, String> map) {}
    }

    static class TakesRecordKey {
        @LeekTask
        public void work(Map<Key, String> map) {}
    }

    @JsonTypeInfo(use = JsonTypeInfo.Id.CLASS)
    interface NamedByClass {}

    static class TakesClassNames {
        @LeekTask
        public void work(NamedByClass value) {}
    }

    public static class Unbuildable {
        private final int secret;

        private Unbuildable(int first, int second) {
            this.secret = first + second;
        }

        public int getSecret() {
            return secret;
        }
    }

    static class TakesUnbuildable {
        @LeekTask
        public void work(Unbuildable value) {}
    }

    public static class Opaque {
        @SuppressWarnings("unused")
        private int hidden;
    }

    static class TakesOpaque {
        @LeekTask
        public void work(Opaque value) {}
    }

    static class TakesUnresolved {
        @LeekTask
        public <T> void work(T value) {}
    }

    static class ReturnsInterface {
        @LeekTask
        public Plugin work() {
            throw new UnsupportedOperationException();
        }
    }

    static class Scoped {
        @LeekTask
        public void work() {}
    }

    static class Named {
        @LeekTask(name = "work")
        public void work() {}
    }

    enum Size {
        SMALL
    }

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
    @JsonSubTypes(@JsonSubTypes.Type(value = Circle.class, name = "circle"))
    interface Shape {}

    record Circle(double radius) implements Shape {}

    @JsonDeserialize(as = Described.class)
    interface Describable {
        String text();
    }

    record Described(String text) implements Describable {}

    record Tree(String name, List<Tree> children) {}

    static class Fine {

        @LeekTask
        public void plain(String text, int number, BigDecimal money, Instant time, UUID id, Size size, byte[] bytes) {}

        @LeekTask
        public Map<UUID, List<Circle>> collections(
                Collection<String> texts, Iterable<Long> longs, Map<Size, int[]> map, Optional<Circle> circle) {
            return Map.of();
        }

        @LeekTask
        public void shapes(List<Shape> shapes) {}

        @LeekTask
        public void own(Describable describable, Tree tree) {}

        @LeekTask
        public void tree(JsonNode json) {}
    }
}
