package io.leek.spring;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.springframework.beans.BeansException;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.CommandLineRunner;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.scheduling.config.TaskManagementConfigUtils;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * What a worker process runs by itself besides tasks, and the web application too: scheduled methods, runners, and
 * listeners to messages. Looks at bean definitions and makes no bean.
 */
final class RunInBoth {

    private static final String SCHEDULED = "org.springframework.scheduling.annotation.Scheduled";

    private static final List<String> LISTENERS = List.of(
            "org.springframework.amqp.rabbit.annotation.RabbitListener",
            "org.springframework.kafka.annotation.KafkaListener",
            "org.springframework.jms.annotation.JmsListener");

    private static final int MOST = 20;

    private final ConfigurableListableBeanFactory beanFactory;

    RunInBoth(ConfigurableListableBeanFactory beanFactory) {
        this.beanFactory = beanFactory;
    }

    /** One line, or none where there is nothing. */
    void say(Logger log) {
        List<String> all = find();
        if (!all.isEmpty()) {
            log.info(
                    "This worker process also runs what the application itself runs: {}{}. Keep out of workers what is to"
                            + " run once: @Profile(\"!leek-worker\") on its bean, or @ConditionalOnProperty(name ="
                            + " \"leek.role\", havingValue = \"application\", matchIfMissing = true)",
                    String.join(", ", all.subList(0, Math.min(MOST, all.size()))),
                    all.size() > MOST ? " and " + (all.size() - MOST) + " more" : "");
        }
    }

    List<String> find() {
        Set<String> found = new TreeSet<>();
        for (String name : beanFactory.getBeanDefinitionNames()) {
            found.addAll(annotated(name));
        }
        for (Class<?> runner : List.of(ApplicationRunner.class, CommandLineRunner.class)) {
            for (String name : beanFactory.getBeanNamesForType(runner, true, false)) {
                found.add("runner " + name);
            }
        }
        return new ArrayList<>(found);
    }

    private List<String> annotated(String bean) {
        try {
            Class<?> type = beanFactory.getType(bean, false);
            return type == null || type.getName().startsWith("org.springframework.")
                    ? List.of()
                    : annotated(ClassUtils.getUserClass(type));
        } catch (BeansException | LinkageError e) {
            // A bean whose class can't be loaded fails, or not, as it would without Leek.
            return List.of();
        }
    }

    private List<String> annotated(Class<?> type) {
        List<String> annotations = new ArrayList<>(LISTENERS);
        if (beanFactory.containsBeanDefinition(TaskManagementConfigUtils.SCHEDULED_ANNOTATION_PROCESSOR_BEAN_NAME)) {
            annotations.add(SCHEDULED);
        }
        List<String> found = new ArrayList<>();
        for (String annotation : annotations) {
            String word = "@" + ClassUtils.getShortName(annotation) + " " + type.getSimpleName();
            if (has(type, annotation)) {
                found.add(word);
            }
            for (Method method :
                    ReflectionUtils.getUniqueDeclaredMethods(type, ReflectionUtils.USER_DECLARED_METHODS)) {
                if (has(method, annotation)) {
                    found.add(word + "." + method.getName());
                }
            }
        }
        return found;
    }

    /** By name: the application need not have what is looked for. */
    private static boolean has(AnnotatedElement element, String annotation) {
        return MergedAnnotations.from(element, SearchStrategy.TYPE_HIERARCHY).isPresent(annotation);
    }
}
