package main

import (
	"context"
	"encoding/json"
	"time"

	"github.com/gopcua/opcua"
	"github.com/gopcua/opcua/id"
	"github.com/gopcua/opcua/ua"
)

// Command is one line of input; each op uses some of the fields.
type Command struct {
	Op, Node, Start, End, Object, Method, Prefix string
	Nodes                                        []string
	Attribute                                    ua.AttributeID
	Type                                         string
	Value                                        json.RawMessage
	Writes                                       []Typed
	Args                                         []Typed
	Max                                          uint32
	ContinuationPoint                            []byte
	Count                                        int
	TimeoutMs                                    int     `json:"timeout_ms"`
	IntervalMs                                   float64 `json:"interval_ms"`
	Queue                                        uint32
	Until                                        map[string]any
}

type handler func(context.Context, *opcua.Client, Command) (Answer, error)

// The commands: JSON in, one OPC UA service call, JSON out.
var commands = map[string]handler{
	"browse": browse, "read": read, "write": writeValues, "subscribe": subscribe, "call": call,
	"history": history, "alarms": alarms,
}

func browse(ctx context.Context, client *opcua.Client, command Command) (Answer, error) {
	node, err := ua.ParseNodeID(command.Node)
	if err != nil {
		return nil, err
	}
	request := &ua.BrowseRequest{View: &ua.ViewDescription{ViewID: ua.NewTwoByteNodeID(0)}, NodesToBrowse: []*ua.BrowseDescription{{
		NodeID: node, BrowseDirection: ua.BrowseDirectionForward, IncludeSubtypes: true,
		ReferenceTypeID: ua.NewNumericNodeID(0, id.HierarchicalReferences), ResultMask: uint32(ua.BrowseResultMaskAll),
	}}}
	response, err := client.Browse(ctx, request)
	if err != nil {
		return nil, err
	}
	result := response.Results[0]
	status, nodes := result.StatusCode, children(result)
	for len(result.ContinuationPoint) > 0 {
		next, err := client.BrowseNext(ctx, &ua.BrowseNextRequest{ContinuationPoints: [][]byte{result.ContinuationPoint}})
		if err != nil {
			return nil, err
		}
		result = next.Results[0]
		nodes = append(nodes, children(result)...)
	}
	return Answer{"status": uint32(status), "nodes": nodes}, nil
}

var nodeClasses = map[ua.NodeClass]string{1: "Object", 2: "Variable", 4: "Method", 8: "ObjectType", 16: "VariableType"}

func children(result *ua.BrowseResult) []Answer {
	nodes := []Answer{}
	for _, one := range result.References {
		nodes = append(nodes, Answer{
			"nodeId": toJSON(one.NodeID), "browseName": toJSON(one.BrowseName),
			"nodeClass": nodeClasses[one.NodeClass], "typeDefinition": toJSON(one.TypeDefinition),
		})
	}
	return nodes
}

func attribute(command Command) ua.AttributeID {
	if command.Attribute == 0 {
		return ua.AttributeIDValue
	}
	return command.Attribute
}

func read(ctx context.Context, client *opcua.Client, command Command) (Answer, error) {
	request := &ua.ReadRequest{TimestampsToReturn: ua.TimestampsToReturnBoth}
	for _, name := range command.Nodes {
		node, err := ua.ParseNodeID(name)
		if err != nil {
			return nil, err
		}
		request.NodesToRead = append(request.NodesToRead, &ua.ReadValueID{NodeID: node, AttributeID: attribute(command)})
	}
	response, err := client.Read(ctx, request)
	if err != nil {
		return nil, err
	}
	return Answer{"status": 0, "values": dataValues(response.Results)}, nil
}

func writeValues(ctx context.Context, client *opcua.Client, command Command) (Answer, error) {
	writes := command.Writes
	if writes == nil {
		writes = []Typed{{Node: command.Node, Type: command.Type, Value: command.Value}}
	}
	request := &ua.WriteRequest{}
	for _, one := range writes {
		node, err := ua.ParseNodeID(one.Node)
		if err != nil {
			return nil, err
		}
		value, err := one.variant()
		if err != nil {
			return nil, err
		}
		// Timestamps are left to the server: many refuse a write that brings its own.
		data := &ua.DataValue{EncodingMask: ua.DataValueValue, Value: value}
		request.NodesToWrite = append(request.NodesToWrite, &ua.WriteValue{NodeID: node, AttributeID: ua.AttributeIDValue, Value: data})
	}
	response, err := client.Write(ctx, request)
	if err != nil {
		return nil, err
	}
	if command.Writes == nil {
		return Answer{"status": uint32(response.Results[0])}, nil
	}
	return Answer{"status": 0, "statuses": response.Results}, nil
}

func call(ctx context.Context, client *opcua.Client, command Command) (Answer, error) {
	object, err := ua.ParseNodeID(command.Object)
	if err != nil {
		return nil, err
	}
	method, err := ua.ParseNodeID(command.Method)
	if err != nil {
		return nil, err
	}
	request := &ua.CallMethodRequest{ObjectID: object, MethodID: method}
	for _, one := range command.Args {
		value, err := one.variant()
		if err != nil {
			return nil, err
		}
		request.InputArguments = append(request.InputArguments, value)
	}
	result, err := client.Call(ctx, request)
	if err != nil {
		return nil, err
	}
	outputs := []any{}
	for _, value := range result.OutputArguments {
		outputs = append(outputs, toJSON(value.Value()))
	}
	return Answer{"status": uint32(result.StatusCode), "outputs": outputs, "inputArgumentResults": result.InputArgumentResults}, nil
}

func history(ctx context.Context, client *opcua.Client, command Command) (Answer, error) {
	node, err := ua.ParseNodeID(command.Node)
	if err != nil {
		return nil, err
	}
	start, err := time.Parse(time.RFC3339Nano, command.Start)
	if err != nil {
		return nil, err
	}
	end, err := time.Parse(time.RFC3339Nano, command.End)
	if err != nil {
		return nil, err
	}
	details := &ua.ReadRawModifiedDetails{StartTime: start, EndTime: end, NumValuesPerNode: command.Max}
	nodes := []*ua.HistoryReadValueID{{NodeID: node, DataEncoding: &ua.QualifiedName{}, ContinuationPoint: command.ContinuationPoint}}
	response, err := client.HistoryReadRawModified(ctx, nodes, details)
	if err != nil {
		return nil, err
	}
	result := response.Results[0]
	values := []Answer{}
	if result.HistoryData != nil {
		if data, ok := result.HistoryData.Value.(*ua.HistoryData); ok {
			values = dataValues(data.DataValues)
		}
	}
	var more any
	if len(result.ContinuationPoint) > 0 {
		more = result.ContinuationPoint
	}
	return Answer{"status": uint32(result.StatusCode), "values": values, "continuationPoint": more}, nil
}
