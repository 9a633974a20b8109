package io.leek.server;

import io.leek.server.dispatch.Attempts;
import io.leek.server.dispatch.Dispatcher;
import io.leek.server.dispatch.Intake;
import io.leek.server.dispatch.Joining;
import io.leek.server.dispatch.QueueLimit;
import io.leek.server.dispatch.QueueRules;
import io.leek.server.dispatch.Waits;
import io.leek.server.listen.Access;
import io.leek.server.listen.Limits;
import io.leek.server.listen.Listener;
import io.leek.server.listen.Requests;
import io.leek.server.recovery.Clocks;
import io.leek.server.recovery.Upkeep;
import io.leek.server.recurring.RecurringTasks;
import io.leek.server.store.Committer;
import io.leek.server.store.OpenStore;
import io.leek.server.store.RateLimit;
import io.leek.server.store.StoreSettings;
import io.leek.server.store.TaskStore;
import io.leek.server.store.TestClock;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/** A server's parts on a real socket, with clocks that the test moves and upkeep that it calls. */
public final class ServerRig implements AutoCloseable {

    public static final int MAX_LINE = 100_000;

    private static final Duration STEP = Duration.ofSeconds(1);

    private final TestClock clock;
    private final AtomicLong nanos = new AtomicLong();
    private final String serverId = UUID.randomUUID().toString();
    private final OpenStore open;
    private final Committer committer;
    private final ExecutorService reads = Executors.newSingleThreadExecutor();
    private final ExecutorService lookUps = Executors.newSingleThreadExecutor();
    private final Dispatcher dispatcher;
    private final Waits waits;
    private final Upkeep upkeep;
    private final RecurringTasks recurring;
    private final Requests requests;
    private final Listener listener;
    private final InetSocketAddress address;
    private final List<TestClient> clients = new ArrayList<>();
    private volatile Duration ahead = Duration.ZERO;

    private ServerRig(
            StoreSettings.Location location, TestClock clock, long maxQueued, Map<String, QueueRules> queues) {
        this.clock = clock;
        open = OpenStore.open(location, clock);
        TaskStore store = open.store();
        committer = new Committer(store);
        dispatcher = new Dispatcher(store, committer, reads, clock, nanos::get, serverId, 3, queues);
        Attempts attempts = new Attempts(store, committer, dispatcher, reads, clock, 3, new Random(1));
        Joining joining = new Joining(store, committer, dispatcher, attempts, reads, clock, nanos::get, serverId);
        waits = new Waits(store, committer, lookUps);
        upkeep = new Upkeep(
                store,
                committer,
                dispatcher,
                attempts,
                waits,
                new Clocks(clock, nanos::get, () -> clock.instant().minus(ahead)),
                new Upkeep.Settings(serverId, Duration.ofHours(1)));
        upkeep.tick();
        QueueLimit limit = new QueueLimit(store, committer, lookUps, nanos::get, maxQueued);
        recurring = new RecurringTasks(
                store, committer, new Intake(committer, dispatcher, clock), dispatcher::isSuspended, clock, nanos::get);
        requests = new Requests(
                store,
                committer,
                dispatcher,
                attempts,
                joining,
                waits,
                recurring,
                lookUps,
                clock,
                new Limits(MAX_LINE, limit));
        listener = new Listener(requests, new Access(null, false));
        address = listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    public static ServerRig start(StoreSettings.Location location) {
        return start(location, new TestClock());
    }

    public static ServerRig start(StoreSettings.Location location, TestClock clock) {
        return new ServerRig(location, clock, QueueLimit.NONE, Map.of());
    }

    public static ServerRig startWithLimit(StoreSettings.Location location, TestClock clock, long maxQueued) {
        return new ServerRig(location, clock, maxQueued, Map.of());
    }

    /** With a rate for the default queue, as {@code 10/m}. */
    public static ServerRig startWithRate(StoreSettings.Location location, TestClock clock, String rate) {
        return new ServerRig(
                location, clock, QueueLimit.NONE, Map.of("default", new QueueRules(RateLimit.parse(rate))));
    }

    public TestClock clock() {
        return clock;
    }

    public OpenStore store() {
        return open;
    }

    public Requests requests() {
        return requests;
    }

    public Waits waits() {
        return waits;
    }

    public SocketAddress localAddress() {
        return listener.local();
    }

    public InetSocketAddress address() {
        return address;
    }

    public String serverId() {
        return serverId;
    }

    /** A producer, or a worker of another kind that says no name. */
    public TestClient client() {
        return remember(TestClient.greeted(address));
    }

    /** A plain Faktory worker. */
    public TestClient worker(String wid) {
        return remember(TestClient.greeted(address, "{\"v\":2,\"wid\":\"" + wid + "\"}"));
    }

    /** A Leek worker that has joined, knows these names and serves the default queue. */
    public TestClient leekWorker(String wid, String... names) {
        TestClient worker = worker(wid);
        worker.sends(join(wid, "", names)).expect("{\"lost\":[]}");
        return worker;
    }

    public static String join(String wid, String held, String... names) {
        return "LEEK JOIN {\"wid\":\"" + wid + "\",\"tasks\":[\"" + String.join("\",\"", names)
                + "\"],\"queues\":[\"default\"],\"held\":[" + held + "]}";
    }

    public TestClient stranger() {
        return remember(TestClient.connect(address));
    }

    /** From now on the server's clock is so much ahead of the database's. */
    public void runAhead(Duration ofDatabase) {
        ahead = ofDatabase;
    }

    /** The server's own process stands still, and then goes on. */
    public void freeze(Duration time) {
        clock.advance(time);
        nanos.addAndGet(time.toNanos());
        upkeep.tick();
    }

    /** Lets time pass and then has the upkeep's tenth round, in which everything is looked at. */
    public void pass(Duration time) {
        for (Duration left = time; !left.isZero() && !left.isNegative(); left = left.minus(STEP)) {
            Duration step = left.compareTo(STEP) < 0 ? left : STEP;
            clock.advance(step);
            nanos.addAndGet(step.toNanos());
            upkeep.tick();
            recurring.sweep();
        }
        for (int i = 0; i < 10; i++) {
            upkeep.tick();
        }
        // What the rounds began is committed on a thread of its own.
        committer.submitAll(List.of()).join();
    }

    private TestClient remember(TestClient client) {
        clients.add(client);
        return client;
    }

    @Override
    public void close() {
        clients.forEach(TestClient::close);
        listener.closePorts();
        dispatcher.stop();
        listener.close();
        recurring.close();
        upkeep.close();
        reads.shutdown();
        lookUps.shutdown();
        committer.close();
        open.close();
    }
}
