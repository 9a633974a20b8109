package io.leek.server.store;

import java.util.Optional;
import org.springframework.data.jpa.repository.JpaSpecificationExecutor;
import org.springframework.data.repository.NoRepositoryBean;
import org.springframework.data.repository.Repository;

/** Reads one of the three tables. */
@NoRepositoryBean
interface TaskEntities<E extends TaskEntity> extends Repository<E, String>, JpaSpecificationExecutor<E> {

    Optional<E> findById(String jid);
}
