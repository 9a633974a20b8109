package io.leek.server.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.leek.server.store.TaskStore.Claimable;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** A window of four over a store of many. */
class WindowTest {

    private final TreeSet<Claimable> store = new TreeSet<>(Claimable.ORDER);
    private final Window window = new Window(new Line("default", null), 4);

    @Test
    void aBacklogIsHandedOutWholeAndInOrderPageByPage() {
        for (int seq = 1; seq <= 11; seq++) {
            store.add(task(seq, seq % 3 == 0 ? 9 : 5));
        }
        List<Claimable> expected = List.copyOf(store);

        assertThat(drain()).isEqualTo(expected);
        assertThat(window.isWhole()).isTrue();
    }

    @Test
    void aPageGoesOnWhereTheLastOneEnded() {
        for (int seq = 1; seq <= 6; seq++) {
            store.add(task(seq, 5));
        }
        load();
        take();
        take();

        assertThat(window.beginLoad()).isTrue();
        assertThat(window.pageAfter()).isEqualTo(task(4, 5));
        assertThat(window.pageLimit()).isEqualTo(2);
    }

    @Test
    void aNewTaskOfHigherPriorityComesFirstAlthoughTheBacklogIsLongerThanTheWindow() {
        for (int seq = 1; seq <= 8; seq++) {
            store.add(task(seq, 5));
        }
        load();
        push(task(9, 9));
        push(task(10, 5));

        assertThat(take()).isEqualTo(task(9, 9));
        assertThat(drain()).extracting(Claimable::seq).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 10L);
    }

    @Test
    void whatArrivesWhileAPageIsReadIsNotHandedOutBeforeWhatThePageMayBring() {
        store.add(task(1, 5));
        assertThat(window.beginLoad()).isTrue();
        List<Claimable> page = page();
        window.offer(task(2, 5));

        assertThat(window.peek()).isNull();
        window.loaded(page, task -> true);
        assertThat(drain()).extracting(Claimable::seq).containsExactly(1L, 2L);
    }

    @Test
    void whatIsKnownGoesOnWhileTheNextPageIsRead() {
        for (int seq = 1; seq <= 8; seq++) {
            store.add(task(seq, 5));
        }
        load();
        take();
        take();

        assertThat(window.beginLoad()).isTrue();

        assertThat(window.peek()).isEqualTo(task(3, 5));
    }

    @Test
    void afterADoubtTheFrontIsReadAgain() {
        store.add(task(5, 5));
        load();
        store.add(task(1, 9));
        window.doubt();

        assertThat(window.isWhole()).isFalse();
        assertThat(drain()).extracting(Claimable::seq).containsExactly(1L, 5L);
    }

    @Test
    void whatIsNamedAfterADoubtDoesNotOvertakeWhatTheDoubtIsAbout() {
        load();
        store.add(task(1, 5));
        window.doubt();
        push(task(2, 5));

        assertThat(window.beginLoad()).isTrue();
        assertThat(window.peek()).isNull();
        window.loaded(page(), task -> true);
        assertThat(drain()).extracting(Claimable::seq).containsExactly(1L, 2L);
    }

    @Test
    void aDoubtThatComesWhileAPageIsReadIsOneAboutWhatIsNamedAfterwards() {
        assertThat(window.beginLoad()).isTrue();
        List<Claimable> page = page();
        store.add(task(1, 5));
        window.doubt();
        window.loaded(page, task -> true);
        push(task(2, 5));

        assertThat(window.beginLoad()).isTrue();
        assertThat(window.peek()).isNull();
        window.loaded(page(), task -> true);
        assertThat(drain()).extracting(Claimable::seq).containsExactly(1L, 2L);
    }

    @Test
    void aTaskGivenBackIsFirstAgain() {
        for (int seq = 1; seq <= 8; seq++) {
            store.add(task(seq, 5));
        }
        load();
        Claimable taken = take();
        take();
        push(taken);

        assertThat(take()).isEqualTo(taken);
    }

    @Test
    void aFailedPageIsReadAgainFromTheFrontAndNothingIsHandedOutOfOrder() {
        store.add(task(1, 5));
        assertThat(window.beginLoad()).isTrue();
        window.offer(task(2, 5));
        store.add(task(2, 5));
        window.loadFailed();

        assertThat(window.beginLoad()).isTrue();
        assertThat(window.peek()).isNull();
        assertThat(window.pageAfter()).isNull();
        window.loaded(page(), task -> true);
        assertThat(drain()).extracting(Claimable::seq).containsExactly(1L, 2L);
    }

    private void push(Claimable task) {
        store.add(task);
        window.offer(task);
    }

    private Claimable take() {
        Claimable task = window.peek();
        assertThat(task).isNotNull();
        window.remove(task);
        store.remove(task);
        return task;
    }

    private List<Claimable> drain() {
        List<Claimable> drained = new ArrayList<>();
        do {
            load();
            while (window.peek() != null) {
                drained.add(take());
                load();
            }
        } while (!window.isWhole());
        return drained;
    }

    private void load() {
        if (window.beginLoad()) {
            window.loaded(page(), task -> true);
        }
    }

    private List<Claimable> page() {
        Claimable after = window.pageAfter();
        return store.stream()
                .filter(task -> after == null || Claimable.ORDER.compare(task, after) > 0)
                .limit(window.pageLimit())
                .toList();
    }

    private static Claimable task(long seq, int priority) {
        return new Claimable("task-" + seq, "a.b", "default", priority, seq, 0, 100);
    }
}
