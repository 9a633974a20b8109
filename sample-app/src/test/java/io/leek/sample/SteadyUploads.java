package io.leek.sample;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Somebody who uploads one photo after the other and writes down what was accepted. While too many wait for their
 * thumbnails the next upload waits too, so that the backlog of an outage does not decide how long the end takes.
 */
final class SteadyUploads implements AutoCloseable {

    private static final Duration PAUSE = Duration.ofMillis(350);
    private static final Duration LOOK = Duration.ofMillis(100);
    private static final int MOST_WAITING = 24;

    private final GalleryClient gallery;
    private final byte[] picture;
    private final JsonMapper json = new JsonMapper();
    private final List<Accepted> accepted = new ArrayList<>();
    private final Queue<Accepted> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger refused = new AtomicInteger();
    private final CompletableFuture<Void> trouble = new CompletableFuture<>();
    private final CountDownLatch allDone = new CountDownLatch(1);
    private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(2);
    private volatile boolean isNextTheLast;
    private volatile boolean isLastAccepted;

    SteadyUploads(GalleryClient gallery, byte[] picture) {
        this.gallery = gallery;
        this.picture = picture;
    }

    void start() {
        threads.scheduleWithFixedDelay(guarded(this::upload), 0, PAUSE.toMillis(), TimeUnit.MILLISECONDS);
        threads.scheduleWithFixedDelay(guarded(this::settle), 0, LOOK.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Lets the uploads go on for a while, and fails where one got an answer that nobody should get. */
    void goOnFor(Duration time) throws InterruptedException {
        try {
            trouble.get(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            // Nothing has happened, as it should be.
        } catch (ExecutionException e) {
            throw new AssertionError(e.getCause().getMessage(), e.getCause());
        }
    }

    /**
     * Ends the uploads with one more that is accepted, and waits until all are done. As tasks run in their order,
     * those of uploads that were refused with the outcome unknown have ended then too.
     */
    void finish(Duration longest) throws InterruptedException {
        isNextTheLast = true;
        long deadline = System.nanoTime() + longest.toNanos();
        while (!allDone.await(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
            goOnFor(Duration.ZERO);
            if (System.nanoTime() > deadline) {
                throw new AssertionError("%d of %d photos were not done %s after the last kill, the first of them %s"
                        .formatted(waiting.size(), accepted().size(), longest, waiting.peek()));
            }
        }
    }

    List<Accepted> accepted() {
        synchronized (accepted) {
            return List.copyOf(accepted);
        }
    }

    /** How many uploads were refused because the queue was not there; the task may have got there all the same. */
    int refused() {
        return refused.get();
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }

    private void upload() throws Exception {
        if (isLastAccepted || waiting.size() >= MOST_WAITING) {
            return;
        }
        boolean isLast = isNextTheLast;
        HttpResponse<String> response = gallery.offer("photo.png", picture);
        if (response.statusCode() == 202) {
            JsonNode body = json.readTree(response.body());
            Accepted photo =
                    new Accepted(body.get("id").asString(), body.get("taskId").asString());
            synchronized (accepted) {
                accepted.add(photo);
            }
            waiting.add(photo);
            isLastAccepted = isLast;
        } else if (response.statusCode() == 503) {
            refused.incrementAndGet();
        } else {
            throw unexpected("An upload", response);
        }
    }

    private void settle() throws Exception {
        boolean isEnd = isLastAccepted;
        for (Accepted photo = waiting.peek(); photo != null; photo = waiting.peek()) {
            HttpResponse<String> response = gallery.look(photo.id());
            if (response.statusCode() == 503) {
                return;
            }
            if (response.statusCode() != 200) {
                throw unexpected("Photo " + photo, response);
            }
            String state = json.readTree(response.body()).path("state").asString();
            if (state.equals("failed")) {
                throw unexpected("Photo " + photo, response);
            }
            if (!state.equals("success")) {
                return;
            }
            waiting.remove();
        }
        if (isEnd) {
            allDone.countDown();
        }
    }

    private Runnable guarded(Step step) {
        return () -> {
            try {
                step.run();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (Exception | AssertionError e) {
                trouble.completeExceptionally(e);
            }
        };
    }

    private static AssertionError unexpected(String what, HttpResponse<String> response) {
        return new AssertionError(what + " was answered " + response.statusCode() + ": " + response.body());
    }

    /** A photo whose upload was answered 202. */
    record Accepted(String id, String taskId) {}

    private interface Step {
        void run() throws Exception;
    }
}
