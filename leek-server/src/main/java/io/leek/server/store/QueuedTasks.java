package io.leek.server.store;

import java.util.Optional;

interface QueuedTasks extends TaskEntities<QueuedTaskEntity> {

    Optional<QueuedTaskEntity> findByUniqueKey(String uniqueKey);
}
