package io.leek.spring.offload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leek.Leek;
import io.leek.LeekTask;
import io.leek.task.TaskJson;
import io.leek.worker.TaskHandler;
import java.io.IOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.context.support.SimpleThreadScope;
import org.springframework.core.annotation.AliasFor;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.embedded.EmbeddedDatabaseBuilder;
import org.springframework.jdbc.datasource.embedded.EmbeddedDatabaseType;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;

class TaskBeansAndProxiesTest {

    private final ApplicationContextRunner contexts = Contexts.recording();

    private static final List<String> SEEN = new ArrayList<>();
    private static final AtomicInteger MADE = new AtomicInteger();

    @BeforeEach
    void forget() {
        SEEN.clear();
        MADE.set(0);
    }

    @Test
    void anAnnotationOnAnInterfaceIsFoundBehindAJdkProxy() {
        contexts.withPropertyValues("spring.aop.proxy-target-class=false")
                .withBean("greeter", PoliteGreeter.class)
                .run(context -> {
                    Greeter greeter = context.getBean(Greeter.class);
                    assertThat(AopUtils.isJdkDynamicProxy(greeter)).isTrue();

                    leek(context).offload(() -> greeter.greet("ada"));
                    leek(context).task(greeter::greet).offload("ada");
                    run(context, "greeter.greet", "[\"bob\"]");

                    assertThat(pushed(context)).containsExactly("greeter.greet[\"ada\"]", "greeter.greet[\"ada\"]");
                    assertThat(SEEN).containsExactly("bob");
                });
    }

    @Test
    void aFinalClassIsReachedThroughItsInterface() {
        contexts.withBean("greeter", FinalGreeter.class).run(context -> {
            leek(context).offload(Greeter.class, greeter -> greeter.greet("ada"));
            run(context, "greeter.greet", "[\"bob\"]");

            assertThat(pushed(context)).containsExactly("greeter.greet[\"ada\"]");
            assertThat(SEEN).containsExactly("final bob");
        });
    }

    @Test
    void anInterfaceAsReturnTypeOfABeanMethodHidesNothingOfASingleton() {
        contexts.withUserConfiguration(DeclaresLess.class).run(context -> {
            leek(context).offload(() -> context.getBean(Marker.class).mark());

            assertThat(pushed(context)).containsExactly("marker.mark[]");
        });
    }

    @Test
    void composedAnnotationsAndTheirAttributesCount() {
        contexts.withBean("composed", Composed.class).run(context -> {
            leek(context).offload(Composed.class, Composed::work);

            assertThat(context.getBean(RecordingGateway.class)
                            .only()
                            .path("queue")
                            .asString())
                    .isEqualTo("slow");
        });
    }

    @Test
    void genericsAreResolvedAgainstTheBeansClass() {
        contexts.withBean("orders", OrderHandler.class).run(context -> {
            Handler<Order> orders = context.getBean(OrderHandler.class);
            leek(context).offload(() -> orders.handle(new Order(7)));
            run(context, "orders.handle", "[{\"id\":8}]");

            assertThat(pushed(context)).containsExactly("orders.handle[{\"id\":7}]");
            assertThat(SEEN).containsExactly("order 8");
        });
    }

    @Test
    void theRecorderStandsInFrontOfATransaction() {
        contexts.withUserConfiguration(Transactions.class).run(context -> {
            Bank bank = context.getBean(Bank.class);
            assertThat(((Advised) bank).getAdvisors()[0]).isInstanceOf(TaskAdvisor.class);
            assertThat(((Advised) bank).getAdvisors()).hasSizeGreaterThan(1);

            leek(context).offload(() -> bank.transfer(7));
            assertThat(SEEN).isEmpty();
            assertThat(MADE).as("transactions begun by the capture").hasValue(0);

            run(context, "bank.transfer", "[7]");
            assertThat(SEEN).containsExactly("7 in a transaction: true");
            assertThat(MADE).hasValue(1);
        });
    }

    @Test
    void aPrototypeIsMadeForEachRun() {
        contexts.withBean(
                        "proto",
                        Counted.class,
                        Counted::new,
                        definition -> definition.setScope(BeanDefinition.SCOPE_PROTOTYPE))
                .run(context -> {
                    assertThat(MADE).hasValue(0);
                    run(context, "proto.work", "[]");
                    run(context, "proto.work", "[]");

                    assertThat(SEEN).containsExactly("1", "2");
                    assertThat(context.getBean(Counted.class).getClass())
                            .as("proxy classes do not pile up")
                            .isSameAs(context.getBean(Counted.class).getClass());
                });
    }

    @Test
    void aLazyBeanIsKnownButNotMadeBeforeItsFirstTask() {
        contexts.withUserConfiguration(LazyBean.class).run(context -> {
            assertThat(context.getBean(TaskMethods.class).names()).containsExactly("counted.work");
            assertThat(MADE).hasValue(0);

            run(context, "counted.work", "[]");

            assertThat(MADE).hasValue(1);
        });
    }

    @Test
    void aScopedProxyIsKnownByItsOwnName() {
        contexts.withInitializer(context -> context.getBeanFactory().registerScope("thread", new SimpleThreadScope()))
                .withUserConfiguration(ScopedBean.class)
                .run(context -> {
                    Counted counted = context.getBean("counted", Counted.class);
                    leek(context).offload(() -> counted.work());
                    leek(context).offload(counted::work);
                    run(context, "counted.work", "[]");

                    assertThat(pushed(context)).containsExactly("counted.work[]", "counted.work[]");
                    assertThat(SEEN).containsExactly("1");
                });
    }

    @Test
    void whatATaskMethodThrowsIsNotWrapped() {
        contexts.withBean("throwing", Throwing.class).run(context -> {
            assertThatThrownBy(() -> run(context, "throwing.checked", "[]")).isExactlyInstanceOf(IOException.class);
            assertThatThrownBy(() -> run(context, "throwing.error", "[]"))
                    .isExactlyInstanceOf(StackOverflowError.class);
        });
    }

    @Test
    void argumentsThatDoNotFitAreSaidByPlaceAndTypeButNeverByValue() {
        contexts.withBean("orders", OrderHandler.class).run(context -> {
            TaskHandler handler =
                    context.getBean(TaskMethods.class).find("orders.handle").orElseThrow();

            assertThatThrownBy(() -> handler.bind(args("[]")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("Task orders.handle takes 1 arguments (Order order), but the record has 0");
            assertThatThrownBy(() -> handler.bind(args("[{\"id\":\"secret\"}]")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("argument 1 (order)")
                    .hasMessageContaining("\"id\"")
                    .hasMessageNotContaining("secret")
                    .hasNoCause();
        });
    }

    @Test
    void leeksJsonIsItsOwn() {
        contexts.withBean(
                        LeekJsonCustomizer.class,
                        () -> builder -> builder.propertyNamingStrategy(
                                tools.jackson.databind.PropertyNamingStrategies.UPPER_CAMEL_CASE))
                .withBean("orders", OrderHandler.class)
                .run(context -> {
                    assertThat(context).doesNotHaveBean(JsonMapper.class);
                    OrderHandler orders = context.getBean(OrderHandler.class);

                    leek(context).offload(() -> orders.handle(new Order(7)));

                    assertThat(pushed(context)).containsExactly("orders.handle[{\"Id\":7}]");
                });
    }

    @Test
    void aheadOfTimeProcessingIsToldOfTheProxy() {
        contexts.withBean("counted", Counted.class).run(context -> {
            TaskBeanPostProcessor processor = context.getBean(TaskBeanPostProcessor.class);

            assertThat(processor.determineBeanType(Counted.class, "counted").getName())
                    .contains("$$SpringCGLIB$$");
            assertThat(processor.determineBeanType(String.class, "text")).isEqualTo(String.class);
        });
    }

    private static Leek leek(ApplicationContext context) {
        return context.getBean(Leek.class);
    }

    private static List<String> pushed(ApplicationContext context) {
        return context.getBean(RecordingGateway.class).pushes.stream()
                .flatMap(List::stream)
                .map(record -> record.path("jobtype").asString() + record.path("args"))
                .toList();
    }

    private static void run(ApplicationContext context, String task, String arguments) throws Exception {
        TaskHandler handler = context.getBean(TaskMethods.class).find(task).orElseThrow();
        try {
            handler.call(handler.bind(args(arguments)));
        } catch (Exception | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    private static ArrayNode args(String json) {
        return (ArrayNode) TaskJson.MAPPER.readTree(json);
    }

    interface Greeter {
        @LeekTask
        void greet(String name);
    }

    static class PoliteGreeter implements Greeter {
        @Override
        public void greet(String name) {
            SEEN.add(name);
        }
    }

    static final class FinalGreeter implements Greeter {
        @Override
        public void greet(String name) {
            SEEN.add("final " + name);
        }
    }

    interface Marker {
        void mark();
    }

    static class TaskMarker implements Marker {
        @Override
        @LeekTask
        public void mark() {}
    }

    @Configuration(proxyBeanMethods = false)
    static class DeclaresLess {
        @Bean
        Marker marker() {
            return new TaskMarker();
        }
    }

    @Target(ElementType.METHOD)
    @Retention(RetentionPolicy.RUNTIME)
    @LeekTask(queue = "slow")
    @interface SlowTask {
        @AliasFor(annotation = LeekTask.class, attribute = "priority")
        int priority() default 2;
    }

    static class Composed {
        @SlowTask
        public void work() {}
    }

    record Order(int id) {}

    abstract static class Handler<T> {
        @LeekTask
        public abstract void handle(T order);
    }

    static class OrderHandler extends Handler<Order> {
        @Override
        public void handle(Order order) {
            SEEN.add("order " + order.id());
        }
    }

    static class Bank {
        @LeekTask
        @Transactional
        public void transfer(int amount) {
            SEEN.add(amount + " in a transaction: " + TransactionSynchronizationManager.isActualTransactionActive());
        }
    }

    static class Counted {
        private final int number = MADE.incrementAndGet();

        @LeekTask
        public void work() {
            SEEN.add(String.valueOf(number));
        }
    }

    static class Throwing {
        @LeekTask
        public void checked() throws IOException {
            throw new IOException("disk full");
        }

        @LeekTask
        public void error() {
            throw new StackOverflowError();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class LazyBean {
        @Bean
        @Lazy
        Counted counted() {
            return new Counted();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class ScopedBean {
        @Bean
        @Scope(scopeName = "thread", proxyMode = ScopedProxyMode.TARGET_CLASS)
        Counted counted() {
            return new Counted();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableTransactionManagement(proxyTargetClass = true)
    static class Transactions {
        @Bean
        Bank bank() {
            return new Bank();
        }

        @Bean
        DataSourceTransactionManager transactionManager() {
            var database = new EmbeddedDatabaseBuilder()
                    .setType(EmbeddedDatabaseType.H2)
                    .generateUniqueName(true)
                    .build();
            return new DataSourceTransactionManager(database) {
                @Override
                protected void doBegin(
                        Object transaction, org.springframework.transaction.TransactionDefinition definition) {
                    MADE.incrementAndGet();
                    super.doBegin(transaction, definition);
                }
            };
        }
    }
}
