package io.leek.server.store;

interface FailedTasks extends TaskEntities<FailedTaskEntity> {}
