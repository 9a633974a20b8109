package io.leek.spring.offload;

import java.util.HashSet;
import java.util.Iterator;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.KeyDeserializer;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.deser.AbstractDeserializer;
import tools.jackson.databind.deser.SettableBeanProperty;
import tools.jackson.databind.deser.ValueInstantiator;
import tools.jackson.databind.deser.bean.BeanDeserializerBase;
import tools.jackson.databind.deser.bean.BuilderBasedDeserializer;
import tools.jackson.databind.deser.impl.UnsupportedTypeDeserializer;
import tools.jackson.databind.deser.std.ContainerDeserializerBase;
import tools.jackson.databind.deser.std.DelegatingDeserializer;
import tools.jackson.databind.deser.std.ReferenceTypeDeserializer;
import tools.jackson.databind.jsontype.TypeDeserializer;

/**
 * Whether a value of a type comes back from JSON as it was. Jackson builds a deserializer for nearly every type, so
 * this walks what it built, down to the leaves.
 */
final class JsonTypes {

    private final LeekJson json;

    JsonTypes(LeekJson json) {
        this.json = json;
    }

    /**
     * Why a type can't travel.
     *
     * @param reason what was found, naming the type
     * @param action what to pass instead, as a sentence
     */
    record Refusal(String reason, String action) {

        static Refusal of(JavaType type, String reason, String action) {
            return new Refusal(type.toCanonical() + " " + reason, action);
        }
    }

    Optional<Refusal> refusal(JavaType type) {
        return Optional.ofNullable(new Walk(json.mapper()._deserializationContext()).value(type, null));
    }

    static boolean isFuture(Class<?> type) {
        return KindsOfType.isFuture(type);
    }

    private static final class Walk {

        private final DeserializationContext context;
        private final Set<JavaType> seen = new HashSet<>();

        Walk(DeserializationContext context) {
            this.context = context;
        }

        @Nullable
        Refusal value(JavaType type, @Nullable ValueDeserializer<?> known) {
            if (!seen.add(type)) {
                return null;
            }
            try {
                TypeDeserializer typed = context.findTypeDeserializer(type);
                if (typed != null) {
                    return polymorphic(type, typed);
                }
                return deserializer(type, known == null ? context.findContextualValueDeserializer(type, null) : known);
            } catch (JacksonException e) {
                Refusal key = type.isMapLikeType() ? key(type.getKeyType()) : null;
                return key == null
                        ? Refusal.of(type, "is unknown to Jackson (" + e.getOriginalMessage() + ")", KindsOfType.PLAIN)
                        : key;
            }
        }

        private @Nullable Refusal deserializer(JavaType type, ValueDeserializer<?> deserializer) {
            if (!deserializer.getClass().getName().startsWith("tools.jackson.")) {
                return null;
            }
            Refusal byKind = KindsOfType.refusal(type);
            if (byKind != null) {
                return byKind;
            }
            if (deserializer instanceof AbstractDeserializer) {
                return Refusal.of(
                        type,
                        type.isInterface() ? "is an interface" : "is an abstract class",
                        "Use a concrete type, or tell Jackson which one with @JsonTypeInfo or @JsonDeserialize.");
            }
            if (deserializer instanceof UnsupportedTypeDeserializer) {
                return Refusal.of(type, "is not supported by Jackson", KindsOfType.PLAIN);
            }
            if (deserializer instanceof BeanDeserializerBase bean) {
                return bean(type, bean);
            }
            if (deserializer instanceof ReferenceTypeDeserializer<?>) {
                return type.getContentType() == null ? null : value(type.getContentType(), null);
            }
            if (deserializer instanceof ContainerDeserializerBase<?> container) {
                return container(type, container);
            }
            return deserializer instanceof DelegatingDeserializer delegating
                    ? deserializer(type, delegating.getDelegatee())
                    : null;
        }

        private @Nullable Refusal container(JavaType type, ContainerDeserializerBase<?> container) {
            if (type.isMapLikeType()) {
                Refusal key = key(type.getKeyType());
                if (key != null) {
                    return key;
                }
            }
            JavaType content = container.getContentType();
            return content == null || content.isPrimitive() ? null : value(content, container.getContentDeserializer());
        }

        private @Nullable Refusal key(JavaType type) {
            if (type.isJavaLangObject()) {
                return KindsOfType.open(type);
            }
            KeyDeserializer deserializer;
            try {
                deserializer = context.findKeyDeserializer(type, null);
            } catch (JacksonException e) {
                return KindsOfType.badKey(type);
            }
            boolean ownKey = deserializer != null
                    && !deserializer.getClass().getName().startsWith("tools.jackson.databind.deser.jdk.");
            return ownKey || KindsOfType.isKey(type.getRawClass()) ? null : KindsOfType.badKey(type);
        }

        private @Nullable Refusal bean(JavaType type, BeanDeserializerBase bean) {
            ValueInstantiator instantiator = bean.getValueInstantiator();
            if (!(bean instanceof BuilderBasedDeserializer) && !instantiator.canInstantiate()) {
                return Refusal.of(
                        type,
                        "has no constructor that Jackson can call",
                        "Make it a record, or give it a constructor without parameters or one with @JsonCreator.");
            }
            JavaType delegate = instantiator.getDelegateType(context.getConfig());
            if (delegate != null) {
                return value(delegate, null);
            }
            if (bean.getPropertyCount() == 0 && !bean.hasAnySetter() && KindsOfType.hasState(type.getRawClass())) {
                return Refusal.of(
                        type,
                        "has fields, but none that Jackson can see",
                        "Make it a record, or give it getters and setters.");
            }
            for (Iterator<SettableBeanProperty> each = bean.properties(); each.hasNext(); ) {
                Refusal refusal = property(type, each.next());
                if (refusal != null) {
                    return refusal;
                }
            }
            return null;
        }

        private @Nullable Refusal property(JavaType owner, SettableBeanProperty property) {
            Refusal refusal = property.getValueTypeDeserializer() != null
                    ? polymorphic(property.getType(), property.getValueTypeDeserializer())
                    : value(
                            property.getType(),
                            property.hasValueDeserializer() ? property.getValueDeserializer() : null);
            return refusal == null
                    ? null
                    : new Refusal(
                            "its property " + owner.getRawClass().getSimpleName() + "." + property.getName() + ": "
                                    + refusal.reason(),
                            refusal.action());
        }

        private static @Nullable Refusal polymorphic(JavaType type, TypeDeserializer typed) {
            return switch (typed.getTypeIdResolver().getMechanism()) {
                case CLASS, MINIMAL_CLASS ->
                    Refusal.of(
                            type,
                            "keeps a class name in its JSON",
                            "Use @JsonTypeInfo(use = Id.NAME) with @JsonSubTypes: no payload names a class.");
                default -> null;
            };
        }
    }
}
