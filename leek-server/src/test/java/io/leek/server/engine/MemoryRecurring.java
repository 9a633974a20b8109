package io.leek.server.engine;

import io.leek.server.store.RecurringStore;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Recurring tasks of the engine in memory. */
final class MemoryRecurring implements RecurringStore {

    private final MemoryTables data;

    MemoryRecurring(MemoryTables data) {
        this.data = data;
    }

    @Override
    public List<Declared> all() {
        return data.recurring.values().stream()
                .map(one -> new Declared(
                        one.name(),
                        one.definition(),
                        one.declaredAt(),
                        one.lastTick(),
                        one.lastJid(),
                        queued(one.name())))
                .toList();
    }

    private @Nullable Queued queued(String name) {
        return data.queued.values().stream()
                .filter(row -> RecurringStore.key(name).equals(row.key))
                .map(row -> new Queued(row.born.jid(), row.dueAt, row.attempts, row.lease != null))
                .findFirst()
                .orElse(null);
    }

    @Override
    public void declare(Map<String, String> definitions, Instant now) {
        definitions.forEach((name, definition) -> {
            Declared old = data.recurring.get(name);
            data.recurring.put(
                    name,
                    new Declared(
                            name,
                            definition,
                            now,
                            old == null ? null : old.lastTick(),
                            old == null ? null : old.lastJid(),
                            null));
        });
    }

    @Override
    public void ticked(String name, Instant tick, @Nullable String jid) {
        data.recurring.computeIfPresent(
                name, (key, old) -> new Declared(name, old.definition(), old.declaredAt(), tick, jid, null));
    }

    @Override
    public void rename(String name, String to) {
        Declared old = data.recurring.remove(name);
        if (old != null) {
            data.recurring.putIfAbsent(
                    to, new Declared(to, old.definition(), old.declaredAt(), old.lastTick(), old.lastJid(), null));
        }
    }

    @Override
    public void forget(String name) {
        data.recurring.remove(name);
    }
}
