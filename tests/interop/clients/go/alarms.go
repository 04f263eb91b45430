package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/gopcua/opcua"
	"github.com/gopcua/opcua/id"
	"github.com/gopcua/opcua/ua"
)

type field struct {
	name string
	of   uint32
	path []string
}

var fields = []field{
	{"type", id.BaseEventType, []string{"EventType"}},
	{"message", id.BaseEventType, []string{"Message"}},
	{"severity", id.BaseEventType, []string{"Severity"}},
	{"retain", id.ConditionType, []string{"Retain"}},
	{"comment", id.ConditionType, []string{"Comment"}},
	{"active", id.AlarmConditionType, []string{"ActiveState", "Id"}},
	{"acked", id.AcknowledgeableConditionType, []string{"AckedState", "Id"}},
	{"confirmed", id.AcknowledgeableConditionType, []string{"ConfirmedState", "Id"}},
	{"eventId", id.BaseEventType, []string{"EventId"}},
	{"condition", id.ConditionType, nil}, // the NodeId of the condition itself
}

// Events of the whole server, conditions only, after a ConditionRefresh: the last state of each.
func alarms(ctx context.Context, client *opcua.Client, command Command) (Answer, error) {
	known := map[string]Answer{}
	notified := func(value any) {
		events, _ := value.(*ua.EventNotificationList)
		if events == nil {
			return
		}
		for _, event := range events.Events {
			keep(known, event, command.Prefix)
		}
	}
	refresh := func(subscription *opcua.Subscription) error {
		result, err := client.Call(ctx, &ua.CallMethodRequest{
			ObjectID:       ua.NewNumericNodeID(0, id.ConditionType),
			MethodID:       ua.NewNumericNodeID(0, id.ConditionType_ConditionRefresh),
			InputArguments: []*ua.Variant{ua.MustVariant(subscription.SubscriptionID)},
		})
		if err == nil && result.StatusCode != ua.StatusOK {
			err = result.StatusCode
		}
		return err
	}
	done := func() bool {
		fitting := 0
		for _, alarm := range known {
			if fits(alarm, command.Until) {
				fitting++
			}
		}
		return fitting >= max(command.Count, 1)
	}
	statuses, err := watch(ctx, client, command, []*ua.MonitoredItemCreateRequest{request()}, refresh, notified, done)
	if err != nil {
		return nil, err
	}
	if statuses[0] != ua.StatusOK {
		return nil, statuses[0]
	}
	list := []Answer{}
	for _, alarm := range known {
		list = append(list, alarm)
	}
	return Answer{"status": 0, "alarms": list}, nil
}

func keep(known map[string]Answer, event *ua.EventFieldList, prefix string) {
	shown := Answer{}
	for i, value := range event.EventFields {
		shown[fields[i].name] = toJSON(value.Value())
		if text, ok := value.Value().(*ua.LocalizedText); ok {
			shown[fields[i].name] = text.Text
		}
	}
	condition, named := shown["condition"].(string)
	if !named || !strings.HasPrefix(condition, prefix) {
		return
	}
	alarm := Answer{"condition": condition, "eventId": shown["eventId"], "fields": shown}
	delete(shown, "condition")
	delete(shown, "eventId")
	known[condition] = alarm
}

func fits(alarm Answer, until map[string]any) bool {
	shown, _ := alarm["fields"].(Answer)
	for name, wanted := range until {
		if fmt.Sprint(shown[name]) != fmt.Sprint(wanted) {
			return false
		}
	}
	return true
}

func request() *ua.MonitoredItemCreateRequest {
	filter := ua.EventFilter{WhereClause: &ua.ContentFilter{Elements: []*ua.ContentFilterElement{{
		FilterOperator: ua.FilterOperatorOfType,
		FilterOperands: []*ua.ExtensionObject{extension(id.LiteralOperand_Encoding_DefaultBinary,
			ua.LiteralOperand{Value: ua.MustVariant(ua.NewNumericNodeID(0, id.ConditionType))})},
	}}}}
	for _, one := range fields {
		operand := &ua.SimpleAttributeOperand{TypeDefinitionID: ua.NewNumericNodeID(0, one.of), AttributeID: ua.AttributeIDValue}
		for _, name := range one.path {
			operand.BrowsePath = append(operand.BrowsePath, &ua.QualifiedName{Name: name})
		}
		if one.path == nil {
			operand.AttributeID = ua.AttributeIDNodeID
		}
		filter.SelectClauses = append(filter.SelectClauses, operand)
	}
	return &ua.MonitoredItemCreateRequest{
		ItemToMonitor: &ua.ReadValueID{
			NodeID: ua.NewNumericNodeID(0, id.Server), AttributeID: ua.AttributeIDEventNotifier, DataEncoding: &ua.QualifiedName{},
		},
		MonitoringMode: ua.MonitoringModeReporting,
		RequestedParameters: &ua.MonitoringParameters{
			DiscardOldest: true, QueueSize: waiting, Filter: extension(id.EventFilter_Encoding_DefaultBinary, filter),
		},
	}
}

func extension(encoding uint32, value any) *ua.ExtensionObject {
	return &ua.ExtensionObject{
		EncodingMask: ua.ExtensionObjectBinary,
		TypeID:       &ua.ExpandedNodeID{NodeID: ua.NewNumericNodeID(0, encoding)},
		Value:        value,
	}
}
