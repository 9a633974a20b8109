package io.leek.spring.tx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leek.h2.Checkpoints;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.transaction.UnexpectedRollbackException;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

class GuardedCommitTest {

    private final DataSource dataSource = new DriverManagerDataSource("jdbc:h2:mem:" + UUID.randomUUID());
    private final List<String> underWay = new ArrayList<>();
    private final Manager manager = new Manager(dataSource);
    private final TransactionTemplate transaction = new TransactionTemplate(manager);
    private Checkpoints checkpoints;

    @BeforeEach
    void find() throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            checkpoints = Checkpoints.of(connection);
        }
    }

    @Test
    void theCommitAloneIsUnderWayAndNotWhatOthersDoBeforeAndAfterIt() {
        transaction.executeWithoutResult(status -> {
            note("work");
            GuardedCommit.register(checkpoints);
            TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
                @Override
                public void beforeCommit(boolean readOnly) {
                    note("beforeCommit");
                }

                @Override
                public void beforeCompletion() {
                    note("beforeCompletion");
                }

                @Override
                public void afterCommit() {
                    note("afterCommit");
                }
            });
            GuardedCommit.register(checkpoints);
        });

        assertThat(underWay)
                .containsExactly("work 0", "beforeCommit 0", "beforeCompletion 0", "commit 1", "afterCommit 0");
    }

    @Test
    void aCommitThatFailsIsOver() {
        manager.failure = new TransactionSystemException("the disk is full");

        assertThatThrownBy(() -> transaction.executeWithoutResult(status -> GuardedCommit.register(checkpoints)))
                .isSameAs(manager.failure);
        assertThat(underWay).containsExactly("commit 1");
        assertThat(checkpoints.commits()).isZero();
    }

    @Test
    void aCommitThatTurnsOutToBeARollbackIsOver() {
        manager.failure = new UnexpectedRollbackException("somebody wanted it");

        assertThatThrownBy(() -> transaction.executeWithoutResult(status -> GuardedCommit.register(checkpoints)))
                .isSameAs(manager.failure);
        assertThat(checkpoints.commits()).isZero();
    }

    @Test
    void aRollbackNeedsNoGuard() {
        transaction.executeWithoutResult(status -> {
            GuardedCommit.register(checkpoints);
            TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
                @Override
                public void afterCompletion(int completed) {
                    note("afterCompletion");
                }
            });
            status.setRollbackOnly();
        });

        assertThat(underWay).containsExactly("afterCompletion 0");
    }

    private void note(String what) {
        underWay.add(what + " " + checkpoints.commits());
    }

    private final class Manager extends JdbcTransactionManager {

        private RuntimeException failure;

        Manager(DataSource dataSource) {
            super(dataSource);
        }

        @Override
        protected void doCommit(DefaultTransactionStatus status) {
            note("commit");
            if (failure != null) {
                throw failure;
            }
            super.doCommit(status);
        }
    }
}
