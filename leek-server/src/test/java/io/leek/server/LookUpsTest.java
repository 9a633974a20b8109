package io.leek.server;

import static io.leek.server.ConversationContract.push;

import io.leek.server.listen.Access;
import io.leek.server.listen.Listener;
import io.leek.server.store.StoreSettings;
import io.leek.server.store.TaskStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;

@Timeout(60)
class LookUpsTest {

    @TempDir
    Path dir;

    private final CountDownLatch counting = new CountDownLatch(1);
    private final CountDownLatch counted = new CountDownLatch(1);

    @Test
    void aLongLookUpHoldsNoTaskUp() throws Exception {
        try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
            StoreSettings store = new StoreSettings(new StoreSettings.Location.File(dir), "leek", true);
            Access open = new Access(null, false);
            context.registerBean(StoreSettings.class, () -> store);
            context.registerBean(Clock.class, Clock::systemUTC);
            context.registerBean(
                    ServerSettings.class,
                    () -> new ServerSettings(store, List.of(), open, LeekServerTest.RULES, 1 << 20));
            context.register(ServerConfiguration.class);
            context.addBeanFactoryPostProcessor(factory -> factory.addBeanPostProcessor(new BeanPostProcessor() {
                @Override
                public Object postProcessAfterInitialization(Object bean, String name) {
                    return bean instanceof TaskStore opened ? counting(opened) : bean;
                }
            }));
            context.refresh();
            InetSocketAddress address =
                    context.getBean(Listener.class).bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            try (TestClient curious = TestClient.greeted(address);
                    TestClient worker = TestClient.greeted(address)) {
                curious.sends("LEEK COUNT {\"state\":\"queued\"}");
                counting.await();
                worker.sends(push("task-0001")).expectOk();
                worker.sends("FETCH default").expectTask("task-0001");
                counted.countDown();
                curious.expect("{\"count\":1,\"exact\":true}");
            } finally {
                counted.countDown();
            }
        }
    }

    private TaskStore counting(TaskStore store) {
        return (TaskStore) Proxy.newProxyInstance(
                TaskStore.class.getClassLoader(), new Class<?>[] {TaskStore.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("count")) {
                        counting.countDown();
                        counted.await();
                    }
                    try {
                        return method.invoke(store, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
