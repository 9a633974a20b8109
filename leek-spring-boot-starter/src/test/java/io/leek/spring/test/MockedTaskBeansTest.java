package io.leek.spring.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.willThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoInteractions;

import io.leek.Leek;
import io.leek.LeekTask;
import io.leek.TaskCaptureException;
import io.leek.TaskHandle;
import io.leek.spring.offload.OffloadConfiguration;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.bean.override.mockito.MockitoBean;
import org.springframework.test.context.bean.override.mockito.MockitoSpyBean;

@SpringBootTest(classes = MockedTaskBeansTest.App.class)
class MockedTaskBeansTest {

    @MockitoBean
    private Mailer mailer;

    @MockitoSpyBean
    private Reports reports;

    @Autowired
    private Leek leek;

    @Test
    void theCallReachesTheMock() {
        TaskHandle<Void> handle = leek.offload(() -> mailer.welcome("ada"));

        verify(mailer).welcome("ada");
        assertThat(handle.isNew()).isTrue();
        assertThat(handle.result()).isEmpty();
    }

    @Test
    void everyFormReachesTheMock() {
        leek.offload(Mailer.class, m -> m.welcome("by class"));
        leek.task(mailer::welcome).offload("by reference");
        leek.offloadAll(List.of("first of many", "second of many"), mailer::welcome);
        leek.offload(() -> leek.on(Mailer.class).welcome("by lookup"));
        leek.push("mailer.welcome", "by name");

        for (String to :
                List.of("by class", "by reference", "first of many", "second of many", "by lookup", "by name")) {
            verify(mailer).welcome(to);
        }
    }

    @Test
    void theMocksAnswerIsTheResult() {
        given(mailer.count()).willReturn(42);

        assertThat(leek.offload(() -> mailer.count()).result()).contains(42);
        assertThat(leek.offload(mailer::count).result()).contains(42);
        assertThat(leek.offload(mailer::count).await(Duration.ZERO)).isEqualTo(42);
        assertThat(leek.offload(mailer::count).toCompletableFuture()).isCompletedWithValue(42);
    }

    @Test
    void whatTheMockThrowsReachesTheCaller() throws Exception {
        willThrow(new IOException("mocked")).given(mailer).risky();

        assertThatThrownBy(() -> leek.offload(() -> mailer.risky()))
                .isExactlyInstanceOf(IOException.class)
                .hasMessage("mocked");
    }

    @Test
    void aMockInvokedTwiceIsNoOneTaskCall() {
        assertThatThrownBy(() -> leek.offload(() -> {
                    mailer.welcome("a");
                    mailer.welcome("b");
                }))
                .isInstanceOf(TaskCaptureException.class)
                .hasMessageContaining("more than one");
    }

    @Test
    void aMocksMethodThatIsNoTaskDoesNotCount() {
        assertThatThrownBy(() -> leek.offload(() -> mailer.plain())).isInstanceOf(TaskCaptureException.class);
    }

    @Test
    void aReferenceToAMockThatIsNoBeanReachesItToo() {
        Mailer own = mock(Mailer.class);

        leek.offloadAll(List.of("ada"), own::welcome);

        verify(own).welcome("ada");
        verifyNoInteractions(mailer);
    }

    @Test
    void aSpyIsCalledWhenTheTaskRunsAndNotDuringTheCapture() {
        TaskHandle<String> handle = leek.offload(() -> reports.build(7));

        assertThat(handle.result()).contains("report 7");
        assertThat(handle.find()).as("a real task ran").isPresent();
        verify(reports).build(7);
        verify(reports, never()).other(any());
    }

    static class Mailer {

        @LeekTask
        public void welcome(String to) {
            throw new AssertionError("not mocked");
        }

        @LeekTask
        public int count() {
            throw new AssertionError("not mocked");
        }

        @LeekTask
        public void risky() throws IOException {
            throw new AssertionError("not mocked");
        }

        public void plain() {}
    }

    static class Reports {

        @LeekTask
        public String build(int id) {
            return "report " + id;
        }

        @LeekTask
        public void other(String text) {}
    }

    @Configuration(proxyBeanMethods = false)
    @Import({OffloadConfiguration.class, InlineConfiguration.class})
    static class App {

        @Bean
        Mailer mailer() {
            return new Mailer();
        }

        @Bean
        Reports reports() {
            return new Reports();
        }
    }
}
