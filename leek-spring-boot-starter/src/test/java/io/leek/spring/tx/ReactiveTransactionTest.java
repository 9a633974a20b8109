package io.leek.spring.tx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leek.Leek;
import io.leek.LeekTask;
import io.leek.TaskHandle;
import io.leek.spring.offload.OffloadConfiguration;
import io.leek.spring.offload.RecordingGateway;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.ReactiveTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.reactive.AbstractReactiveTransactionManager;
import org.springframework.transaction.reactive.GenericReactiveTransaction;
import org.springframework.transaction.reactive.TransactionSynchronizationManager;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

class ReactiveTransactionTest {

    private static final Duration LONG = Duration.ofSeconds(20);

    private final AnnotationConfigApplicationContext context =
            new AnnotationConfigApplicationContext(OffloadConfiguration.class, App.class);
    private final Leek leek = context.getBean(Leek.class);
    private final Mailer mailer = context.getBean(Mailer.class);
    private final RecordingGateway gateway = context.getBean(RecordingGateway.class);
    private final TransactionalOperator transaction =
            TransactionalOperator.create(context.getBean(ReactiveTransactionManager.class));

    @AfterEach
    void close() {
        context.close();
    }

    @Test
    void insideAReactiveTransactionOffloadFailsAndSaysWhatToDo() {
        Mono<TaskHandle<Void>> offloading = Mono.fromCallable(() -> leek.offload(() -> mailer.welcome("ada")))
                .subscribeOn(Schedulers.parallel())
                .as(transaction::transactional);

        assertThatThrownBy(() -> offloading.block(LONG))
                .isInstanceOf(IllegalTransactionStateException.class)
                .hasMessageContaining("a reactive transaction may be under way")
                .hasMessageContaining("Schedulers.boundedElastic()");
        assertThat(gateway.pushes).isEmpty();
    }

    @Test
    void afterTheTransactionOnAThreadThatMayWaitItIsSent() {
        Mono<TaskHandle<Void>> offloading = Mono.delay(Duration.ofMillis(1))
                .as(transaction::transactional)
                .then(Mono.fromCallable(() -> leek.offload(() -> mailer.welcome("ada")))
                        .subscribeOn(Schedulers.boundedElastic()));

        assertThat(offloading.block(LONG)).isNotNull();
        assertThat(gateway.pushes).hasSize(1);
    }

    @Configuration(proxyBeanMethods = false)
    static class App {

        @Bean
        RecordingGateway gateway() {
            return new RecordingGateway();
        }

        @Bean
        Mailer mailer() {
            return new Mailer();
        }

        @Bean
        ReactiveTransactionManager manager() {
            return new NoDatabase();
        }
    }

    static class Mailer {

        @LeekTask
        public void welcome(String to) {}
    }

    /** Begins and ends transactions of nothing. */
    private static final class NoDatabase extends AbstractReactiveTransactionManager {

        private static final long serialVersionUID = 1L;

        @Override
        protected Object doGetTransaction(TransactionSynchronizationManager manager) {
            return new Object();
        }

        @Override
        protected Mono<Void> doBegin(
                TransactionSynchronizationManager manager, Object transaction, TransactionDefinition definition) {
            return Mono.empty();
        }

        @Override
        protected Mono<Void> doCommit(
                TransactionSynchronizationManager manager, GenericReactiveTransaction transaction) {
            return Mono.empty();
        }

        @Override
        protected Mono<Void> doRollback(
                TransactionSynchronizationManager manager, GenericReactiveTransaction transaction) {
            return Mono.empty();
        }
    }
}
