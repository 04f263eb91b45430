package main

import (
	"context"
	"time"

	"github.com/gopcua/opcua"
	"github.com/gopcua/opcua/ua"
)

const waiting = 1000

// A subscription of its own, monitoring these items until `done` says so or the time is over.
func watch(
	ctx context.Context, client *opcua.Client, command Command, items []*ua.MonitoredItemCreateRequest,
	begun func(*opcua.Subscription) error, notified func(any), done func() bool,
) ([]ua.StatusCode, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Duration(command.TimeoutMs)*time.Millisecond)
	defer cancel()
	arrived := make(chan *opcua.PublishNotificationData, waiting)
	parameters := &opcua.SubscriptionParameters{Interval: interval(command)}
	subscription, err := client.Subscribe(ctx, parameters, arrived)
	if err != nil {
		return nil, err
	}
	defer subscription.Cancel(context.WithoutCancel(ctx)) //nolint:errcheck // the session ends soon
	response, err := subscription.Monitor(ctx, ua.TimestampsToReturnBoth, items...)
	if err != nil {
		return nil, err
	}
	statuses := []ua.StatusCode{}
	for _, result := range response.Results {
		statuses = append(statuses, result.StatusCode)
	}
	if err := begun(subscription); err != nil {
		return nil, err
	}
	for !done() {
		select {
		case <-ctx.Done():
			return statuses, nil
		case one := <-arrived:
			if one.Error != nil {
				return nil, one.Error
			}
			notified(one.Value)
		}
	}
	return statuses, nil
}

func interval(command Command) time.Duration {
	if command.IntervalMs == 0 {
		return 100 * time.Millisecond
	}
	return time.Duration(command.IntervalMs * float64(time.Millisecond))
}

func subscribe(ctx context.Context, client *opcua.Client, command Command) (Answer, error) {
	items := []*ua.MonitoredItemCreateRequest{}
	for i, name := range command.Nodes {
		node, err := ua.ParseNodeID(name)
		if err != nil {
			return nil, err
		}
		item := opcua.NewMonitoredItemCreateRequestWithDefaults(node, attribute(command), uint32(i))
		item.RequestedParameters.SamplingInterval = float64(interval(command) / time.Millisecond)
		item.RequestedParameters.QueueSize = max(command.Queue, 10)
		items = append(items, item)
	}
	notifications := []Answer{}
	notified := func(value any) {
		changes, _ := value.(*ua.DataChangeNotification)
		if changes == nil {
			return
		}
		for _, one := range changes.MonitoredItems {
			notification := dataValue(one.Value)
			notification["node"] = command.Nodes[one.ClientHandle]
			notifications = append(notifications, notification)
		}
	}
	begun := func(*opcua.Subscription) error { return nil }
	done := func() bool { return len(notifications) >= command.Count }
	statuses, err := watch(ctx, client, command, items, begun, notified, done)
	if err != nil {
		return nil, err
	}
	return Answer{"status": 0, "items": statuses, "notifications": notifications[:min(len(notifications), command.Count)]}, nil
}
