package io.leek.spring.offload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leek.Leek;
import io.leek.LeekTask;
import io.leek.TaskCaptureException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;

class CaptureTest {

    private final AnnotationConfigApplicationContext context =
            new AnnotationConfigApplicationContext(OffloadConfiguration.class, App.class);
    private final Leek leek = context.getBean(Leek.class);
    private final RecordingGateway gateway = context.getBean(RecordingGateway.class);
    private final Mailer mailer = context.getBean(Mailer.class);

    @AfterEach
    void noCaptureIsLeftBehind() {
        assertThat(Capture.current()).isNull();
    }

    @Test
    void aLambdaThatCallsNoTaskMethodIsRefused() {
        assertThatThrownBy(() -> leek.offload(() -> mailer.plain()))
                .isInstanceOf(TaskCaptureException.class)
                .hasMessageContaining("called no task method")
                .hasMessageContaining("leek.offload(TheClass.class");
        assertNothingSent();
    }

    @Test
    void aLambdaThatCallsTwoIsRefusedWithBothNames() {
        assertThatThrownBy(() -> leek.offload(() -> {
                    mailer.welcome("a");
                    mailer.count();
                }))
                .isInstanceOf(TaskCaptureException.class)
                .hasMessageContaining("Mailer.welcome")
                .hasMessageContaining("Mailer.count");
        assertNothingSent();
    }

    @Test
    void aTaskCallAsTheArgumentOfAnotherIsRefused() {
        assertThatThrownBy(() -> leek.offload(() -> mailer.welcome("n" + mailer.count())))
                .isInstanceOf(TaskCaptureException.class)
                .hasMessageContaining("exactly one");
        assertNothingSent();
    }

    @Test
    void swallowingTheExceptionInsideTheLambdaHelpsNothing() {
        assertThatThrownBy(() -> leek.offload(() -> {
                    mailer.welcome("a");
                    try {
                        mailer.welcome("b");
                    } catch (TaskCaptureException e) {
                        // swallowed
                    }
                }))
                .isInstanceOf(TaskCaptureException.class);
        assertNothingSent();
    }

    @Test
    void anOffloadInsideAnOffloadIsRefused() {
        assertThatThrownBy(() -> leek.offload(() -> {
                    leek.offload(() -> mailer.welcome("inner"));
                    mailer.welcome("outer");
                }))
                .isInstanceOf(TaskCaptureException.class)
                .hasMessageContaining("inside the lambda of another offload");
        assertNothingSent();
    }

    @Test
    void aTaskMethodCalledBelowTheLambdaIsRefusedWithThePlace() {
        Signup signup = new Signup(mailer);

        assertThatThrownBy(() -> leek.offload(() -> signup.register()))
                .isInstanceOf(TaskCaptureException.class)
                .hasMessageContaining("Mailer.welcome")
                .hasMessageContaining("Signup.register(CaptureTest.java:");
        assertThatThrownBy(() -> leek.offload(() -> List.of("a", "b").forEach(to -> mailer.welcome(to))))
                .isInstanceOf(TaskCaptureException.class)
                .hasMessageContaining("not by the lambda");
        assertNothingSent();
    }

    @Test
    void aReferenceToAMethodThatIsNoTaskRunsNothing() {
        Signup signup = new Signup(mailer);

        assertThatThrownBy(() -> leek.offload(signup::register))
                .isInstanceOf(TaskCaptureException.class)
                .hasMessageContaining("Signup.register is no task method");
        assertThat(signup.registered).isZero();
        assertNothingSent();
    }

    @Test
    void aReferenceToThisRunsNothingAndPointsToTheClassForm() {
        Self self = context.getBean(Self.class);

        assertThatThrownBy(self::offloadThisReference)
                .isInstanceOf(TaskCaptureException.class)
                .hasMessageContaining("this::work and this.work(…)")
                .hasMessageContaining("leek.offload(Self.class, bean -> bean.work(…))");
        assertThatThrownBy(self::keepThisReference).isInstanceOf(TaskCaptureException.class);
        assertThat(self.done()).isZero();
        assertNothingSent();
    }

    @Test
    void theClassFormWorksFromInsideTheBean() {
        context.getBean(Self.class).offloadByClass();

        assertThat(gateway.only().path("jobtype").asString()).isEqualTo("self.work");
        assertThat(context.getBean(Self.class).done()).isZero();
    }

    @Test
    void aStaticReferenceRunsNothing() {
        assertThatThrownBy(() -> leek.offloadAll(List.of("a"), Signup::lookUp))
                .isInstanceOf(TaskCaptureException.class)
                .hasMessageContaining("no bean's method");
        assertThat(Signup.lookups).isEmpty();
    }

    @Test
    void aTypeReferenceIsGivenTheBean() {
        leek.offload(Self.class, Self::work);

        assertThat(gateway.only().path("jobtype").asString()).isEqualTo("self.work");
    }

    @Test
    void aValueLambdaMustReturnWhatTheTaskMethodReturned() {
        assertThatThrownBy(() -> leek.offload(() -> mailer.count() + 1))
                .isInstanceOf(TaskCaptureException.class)
                .hasMessageContaining("must return what Mailer.count returned");
        assertThatThrownBy(() -> leek.offload(() -> String.valueOf(mailer.title())))
                .isInstanceOf(TaskCaptureException.class);
        assertThatThrownBy(() -> leek.offload(() -> mailer.title().length()))
                .isInstanceOf(TaskCaptureException.class)
                .hasMessageContaining("after the call of Mailer.title")
                .hasCauseInstanceOf(NullPointerException.class);
        assertNothingSent();
    }

    @Test
    void everyPrimitiveResultIsAZero() {
        leek.offload(() -> mailer.count());
        leek.offload(() -> mailer.flag());
        leek.offload(() -> mailer.letter());
        leek.offload(() -> mailer.ratio());
        leek.offload(() -> mailer.size());

        assertThat(gateway.pushes).hasSize(5);
    }

    @Test
    void anExceptionBeforeTheCallIsTheCause() {
        assertThatThrownBy(() -> leek.offload(() -> mailer.welcome(fail())))
                .isInstanceOf(TaskCaptureException.class)
                .hasMessageContaining("before it called a task method")
                .hasMessageContaining("IllegalStateException")
                .hasCauseInstanceOf(IllegalStateException.class);
        assertNothingSent();
    }

    @Test
    void oneMistakeAmongManySendsNone() {
        assertThatThrownBy(() ->
                        leek.offloadAll(List.of("a", "b"), (String to) -> mailer.welcome(to.equals("b") ? fail() : to)))
                .isInstanceOf(TaskCaptureException.class);
        assertNothingSent();
    }

    @Test
    void aLazyBeanMayCallTaskMethodsWhileItIsMadeForACapture() {
        leek.offload(() -> leek.on(Late.class).work());

        assertThat(gateway.only().path("jobtype").asString()).isEqualTo("late.work");
        assertThat(mailer.sent()).containsExactly("from the constructor");
    }

    @Test
    void aMissingOrAmbiguousBeanIsSaidWithTheRemedy() {
        assertThatThrownBy(() -> leek.offload(Twin.class, Twin::work))
                .isInstanceOf(TaskCaptureException.class)
                .hasMessageContaining("leek.on(\"name\", Type)");
        assertThatThrownBy(() -> leek.offload(() -> leek.on(StringBuilder.class).trimToSize()))
                .isInstanceOf(TaskCaptureException.class);
        leek.offload(() -> leek.on("twin2", Twin.class).work());

        assertThat(gateway.only().path("jobtype").asString()).isEqualTo("twin2.work");
    }

    @Test
    void anArgumentThatJacksonCannotWriteIsSaidByItsPlace() {
        Node node = new Node();
        node.next = node;

        assertThatThrownBy(() -> leek.offload(() -> mailer.node(node)))
                .isInstanceOf(TaskCaptureException.class)
                .hasMessageContaining("argument 1 (node)");
        assertNothingSent();
    }

    private static String fail() {
        throw new IllegalStateException("no address");
    }

    private void assertNothingSent() {
        assertThat(gateway.pushes).isEmpty();
        assertThat(mailer.sent()).isEmpty();
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
        Self self(Leek leek) {
            return new Self(leek);
        }

        @Bean
        @Lazy
        Late late(Mailer mailer) {
            return new Late(mailer);
        }

        @Bean
        Twin twin1() {
            return new Twin();
        }

        @Bean
        Twin twin2() {
            return new Twin();
        }
    }

    public static class Node {
        public Node next;
    }

    static class Mailer {

        private final List<String> sent = new ArrayList<>();

        @LeekTask
        public void welcome(String to) {
            sent.add(to);
        }

        @LeekTask
        public void node(Node node) {}

        @LeekTask
        public int count() {
            return 3;
        }

        @LeekTask
        public boolean flag() {
            return true;
        }

        @LeekTask
        public char letter() {
            return 'a';
        }

        @LeekTask
        public double ratio() {
            return 0.5;
        }

        @LeekTask
        public long size() {
            return 5;
        }

        @LeekTask
        public String title() {
            return "t";
        }

        public void plain() {}

        public List<String> sent() {
            return sent;
        }
    }

    static class Signup {

        static final List<String> lookups = new ArrayList<>();
        private final Mailer mailer;
        private int registered;

        Signup(Mailer mailer) {
            this.mailer = mailer;
        }

        void register() {
            registered++;
            mailer.welcome("ada");
        }

        static void lookUp(String name) {
            lookups.add(name);
        }
    }

    static class Self {

        private final Leek leek;
        private int done;

        Self(Leek leek) {
            this.leek = leek;
        }

        @LeekTask
        public void work() {
            done++;
        }

        public void offloadThisReference() {
            leek.offload(this::work);
        }

        public void keepThisReference() {
            leek.task(this::work);
        }

        public void offloadByClass() {
            leek.offload(Self.class, self -> self.work());
        }

        public int done() {
            return done;
        }
    }

    static class Late {

        Late(Mailer mailer) {
            mailer.welcome("from the constructor");
        }

        @LeekTask
        public void work() {}
    }

    static class Twin {
        @LeekTask
        public void work() {}
    }
}
