package io.leek.spring.tx;

import io.leek.h2.Checkpoints;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.ConnectionCallback;

/**
 * Which database of the application, if any, is the one in which the server keeps its tasks. Found out by the store's id:
 * URLs may differ for one database and be equal for two.
 */
public final class ApplicationStores {

    private static final Logger log = LoggerFactory.getLogger(ApplicationStores.class);

    private final Supplier<List<DataSource>> dataSources;
    private final Supplier<@Nullable String> serversStore;
    private final String schema;
    private volatile @Nullable List<TaskTables> all;

    /**
     * @param dataSources of the application; asked for once, at the first use
     * @param serversStore the id of the server's store; null before the first contact
     */
    public ApplicationStores(
            Supplier<List<DataSource>> dataSources, Supplier<@Nullable String> serversStore, String schema) {
        this.dataSources = dataSources;
        this.serversStore = serversStore;
        this.schema = schema;
    }

    /**
     * A database with tables that the current transaction may write to.
     *
     * @param checkpoints null where a commit that has returned is durable
     * @param isConfirmed whether the server has said that they are its own; before the first contact they are taken to be
     */
    record Joined(TaskTables tables, TaskSql sql, @Nullable Checkpoints checkpoints, boolean isConfirmed) {

        /** Keeps the commit of the current transaction apart from checkpoints. */
        void guardCommit() {
            if (checkpoints != null) {
                GuardedCommit.register(checkpoints);
            }
        }

        /** Returns once what has been committed is durable. */
        void sync() {
            if (checkpoints != null) {
                tables.jdbc().execute((ConnectionCallback<Boolean>) connection -> {
                    checkpoints.sync(connection);
                    return true;
                });
            }
        }
    }

    /** The store that the current transaction writes to; empty where it writes elsewhere. */
    Optional<Joined> current() {
        for (TaskTables tables : all()) {
            if (tables.isInTransaction()) {
                Optional<Joined> joined = joined(tables);
                if (joined.isPresent()) {
                    return joined;
                }
            }
        }
        return Optional.empty();
    }

    /** Whether one of the databases keeps the server's tasks, or is taken to before the first contact. */
    boolean isOneTheServers() {
        try {
            return all().stream().anyMatch(tables -> joined(tables).isPresent());
        } catch (DataAccessException e) {
            log.warn(
                    "A database of the application does not answer, so whether it keeps the tasks is not known: {}",
                    e.getMessage());
            return false;
        }
    }

    /** Databases with tables that are not the server's. */
    List<TaskTables> others(String server) {
        return all().stream()
                .filter(tables -> tables.find()
                        .filter(found -> !found.storeId().equals(server))
                        .isPresent())
                .toList();
    }

    private Optional<Joined> joined(TaskTables tables) {
        String server = serversStore.get();
        return tables.find()
                .filter(found -> server == null || server.equals(found.storeId()))
                .map(found -> new Joined(tables, found.sql(), found.checkpoints(), server != null));
    }

    private List<TaskTables> all() {
        List<TaskTables> known = all;
        if (known == null) {
            known = dataSources.get().stream()
                    .map(dataSource -> new TaskTables(dataSource, schema))
                    .toList();
            all = known;
        }
        return known;
    }
}
