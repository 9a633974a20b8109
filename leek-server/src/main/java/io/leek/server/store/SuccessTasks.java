package io.leek.server.store;

interface SuccessTasks extends TaskEntities<SuccessTaskEntity> {}
