package main

import (
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/gopcua/opcua/ua"
)

// Typed is a value with its OPC UA type and, in a write, its node.
type Typed struct {
	Node, Type string
	Value      json.RawMessage
}

func (t Typed) variant() (*ua.Variant, error) {
	if len(t.Value) > 0 && t.Value[0] == '[' {
		return t.list()
	}
	value, err := scalar(t.Type, t.Value)
	if err != nil {
		return nil, err
	}
	return ua.NewVariant(value)
}

func (t Typed) list() (*ua.Variant, error) {
	var items []json.RawMessage
	if err := json.Unmarshal(t.Value, &items); err != nil {
		return nil, err
	}
	kind, err := scalar(t.Type, json.RawMessage(`"0"`))
	if err != nil {
		return nil, err
	}
	list := reflect.MakeSlice(reflect.SliceOf(reflect.TypeOf(kind)), 0, len(items))
	for _, item := range items {
		value, err := scalar(t.Type, item)
		if err != nil {
			return nil, err
		}
		list = reflect.Append(list, reflect.ValueOf(value))
	}
	return ua.NewVariant(list.Interface())
}

func scalar(kind string, raw json.RawMessage) (any, error) {
	text := string(raw)
	if strings.HasPrefix(text, `"`) {
		if err := json.Unmarshal(raw, &text); err != nil {
			return nil, err
		}
	}
	switch kind {
	case "Boolean":
		return strconv.ParseBool(text)
	case "Double":
		return strconv.ParseFloat(text, 64)
	case "Float":
		value, err := strconv.ParseFloat(text, 32)
		return float32(value), err
	case "Int32":
		value, err := strconv.ParseInt(text, 10, 32)
		return int32(value), err
	case "UInt32":
		value, err := strconv.ParseUint(text, 10, 32)
		return uint32(value), err
	case "Int64":
		return strconv.ParseInt(text, 10, 64)
	case "String":
		return text, nil
	case "DateTime":
		return time.Parse(time.RFC3339Nano, text)
	case "LocalizedText":
		return ua.NewLocalizedText(text), nil
	case "ByteString":
		var bytes []byte
		return bytes, json.Unmarshal(raw, &bytes)
	default:
		return nil, fmt.Errorf("unknown type %s", kind)
	}
}

func dataValues(values []*ua.DataValue) []Answer {
	shown := []Answer{}
	for _, value := range values {
		shown = append(shown, dataValue(value))
	}
	return shown
}

func dataValue(value *ua.DataValue) Answer {
	shown := Answer{
		"value": nil, "type": nil, "status": uint32(value.Status),
		"sourceTimestamp": toJSON(value.SourceTimestamp), "serverTimestamp": toJSON(value.ServerTimestamp),
	}
	if value.Value != nil && value.Value.Type() != ua.TypeIDNull {
		shown["value"] = toJSON(value.Value.Value())
		shown["type"] = strings.TrimPrefix(value.Value.Type().String(), "TypeID")
	}
	return shown
}

func toJSON(value any) any {
	switch value := value.(type) {
	case nil:
		return nil
	case float32:
		return number(float64(value))
	case float64:
		return number(value)
	case time.Time:
		if value.IsZero() {
			return nil
		}
		return value.UTC().Format(time.RFC3339Nano)
	case *ua.NodeID:
		return strings.TrimPrefix(value.String(), "ns=0;")
	case *ua.ExpandedNodeID:
		return toJSON(value.NodeID)
	case *ua.QualifiedName:
		return fmt.Sprintf("%d:%s", value.NamespaceIndex, value.Name)
	case *ua.LocalizedText:
		return Answer{"locale": value.Locale, "text": value.Text}
	case ua.StatusCode:
		return uint32(value)
	case []byte:
		return value
	case *ua.ExtensionObject:
		return toJSON(value.Value)
	}
	return compound(reflect.Indirect(reflect.ValueOf(value)))
}

// Lists become lists, structures objects of their fields.
func compound(value reflect.Value) any {
	switch value.Kind() {
	case reflect.Slice:
		list := []any{}
		for i := range value.Len() {
			list = append(list, toJSON(value.Index(i).Interface()))
		}
		return list
	case reflect.Struct:
		shown := Answer{}
		for i := range value.NumField() {
			name := value.Type().Field(i).Name
			shown[strings.ToLower(name[:1])+name[1:]] = toJSON(value.Field(i).Interface())
		}
		return shown
	default:
		return value.Interface()
	}
}

func number(value float64) any {
	switch {
	case math.IsNaN(value):
		return "NaN"
	case math.IsInf(value, 1):
		return "Infinity"
	case math.IsInf(value, -1):
		return "-Infinity"
	default:
		return value
	}
}
